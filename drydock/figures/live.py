"""Lesson 06: what `docker stats` shows, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _

TITLES = (_("processor, %"), _("memory, MiB"), _("periods throttled, %"))


def live_stats(series: Mapping[str, Sequence[tuple[float, float, float]]]) -> Figure:
    """Draw samples (processor in %, memory in MiB, throttled periods in %), one each second, of one container a line."""
    figure, every = plt.subplots(1, 3, figsize=(9, 2.8), layout="constrained")
    styles = ((BLUE, "o-"), (GREY, "s--"))  # dashed, as two lines may lie on each other
    for place, (axes, title) in enumerate(zip(every, TITLES, strict=True)):
        for (name, samples), (color, style) in zip(series.items(), styles, strict=False):
            values = [sample[place] for sample in samples]
            axes.plot(range(1, len(values) + 1), values, style, color=color, label=name)
        highest = max(sample[place] for samples in series.values() for sample in samples)
        axes.set(xlabel=_("seconds"), title=title, ylim=(0, max(1, highest * 1.2)))
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(color=GREY, alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    every[0].legend(frameon=False)
    plt.close(figure)
    return figure
