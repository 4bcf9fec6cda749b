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
    for place, (axes, title) in enumerate(zip(every, TITLES, strict=True)):
        for (name, samples), color in zip(series.items(), (BLUE, GREY), strict=False):
            axes.plot(
                range(1, len(samples) + 1),
                [sample[place] for sample in samples],
                "o-",
                color=color,
                label=name,
            )
        axes.set(xlabel=_("seconds"), title=title, ylim=(0, None))
        axes.grid(color=GREY, alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    every[0].legend(frameon=False)
    plt.close(figure)
    return figure
