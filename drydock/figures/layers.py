"""Lesson 04: images as bars of their layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _

VISIBLE = 0.1  # MB; a smaller layer would only be a line


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
