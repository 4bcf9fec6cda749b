"""Lesson 01: the same files as a container and as a virtual machine."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _
from drydock.virtual import Witness


def side_by_side(witnesses: Sequence[Witness]) -> Figure:
    """Draw start time (s) and memory (MiB) of each, with the figures beside the bars."""
    figure, both = plt.subplots(1, 2, figsize=(8, 1.8), layout="constrained", sharey=True)
    names = [witness.kind for witness in witnesses]
    columns = (
        (_("s until the first line"), [witness.seconds for witness in witnesses], "{:.1f}"),
        (_("MiB of the host's memory"), [witness.mib for witness in witnesses], "{:.0f}"),
    )
    for axes, (label, values, form) in zip(both, columns, strict=True):
        bars = axes.barh(names, values, color=[BLUE, GREY], height=0.6)
        axes.bar_label(bars, [form.format(value) for value in values], padding=4)
        axes.set(xlabel=label, xlim=(0, max(values) * 1.2))
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
    both[1].invert_yaxis()  # shared: once is enough
    plt.close(figure)
    return figure
