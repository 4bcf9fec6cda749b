"""Lesson 01: what one more container costs."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _


def density(seconds: Sequence[float], mib: Sequence[float]) -> Figure:
    """Draw the time (s) and the memory (MiB) that 1, 2, 3 … containers took together."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    _line(left, seconds, _("s until all had started"))
    _line(right, mib, _("MiB of memory, together"))
    plt.close(figure)  # the cell shows what it returns; pyplot would show it a second time
    return figure


def _line(axes: Axes, values: Sequence[float], label: str) -> None:
    counts = range(1, len(values) + 1)
    axes.plot(counts, values, color=BLUE)
    axes.set(xlabel=_("containers"), ylabel=label, xlim=(0, len(values)), ylim=(0, None))
    axes.grid(color=GREY, alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
