"""The pictures of the lessons, drawn from what the engine said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from drydock.text import _

BLUE, GREY = "#1f6feb", "#8b949e"  # read well on a white and on a dark page
VISIBLE = 0.1  # MB; a smaller layer would only be a line


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


def layer_sizes(images: Mapping[str, Sequence[Mapping[str, Any]]]) -> Figure:
    """Draw each image as a bar of its layers (MB on disk); `images` maps a name to `Image.history()`."""
    figure, axes = plt.subplots(figsize=(8, 0.6 * len(images) + 0.8), layout="constrained")
    for row, history in enumerate(images.values()):
        left = 0.0
        sizes = [layer["Size"] / 1e6 for layer in reversed(history)]
        for place, width in enumerate(size for size in sizes if size >= VISIBLE):
            axes.barh(row, width, left=left, color=BLUE, alpha=(0.4, 0.7, 1.0)[place % 3], edgecolor="white")
            left += width
        axes.text(left, row, f" {left:.0f} MB", va="center", color=GREY)
    axes.set_yticks(range(len(images)), images)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel(_("MB on disk, by layer"))
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure
