"""Lesson 05: one image, layer by layer, and what of it no container sees."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.explorer import label
from drydock.figures.style import BLUE, GREY
from drydock.layers import Layer
from drydock.text import _

MB = 1e6
WIDEST = 48  # signs of an instruction


def inside(layers: Sequence[Layer]) -> Figure:
    """Draw a bar for each layer (MB of files, the lowest layer on top): hidden files are grey."""
    figure, axes = plt.subplots(figsize=(8, 0.45 * len(layers) + 1), layout="constrained")
    seen = [(layer.size - layer.hidden) / MB for layer in layers]
    hidden = [layer.hidden / MB for layer in layers]
    rows = range(len(layers))
    axes.barh(rows, seen, color=BLUE, label=_("in a container"))
    if any(hidden):
        axes.barh(rows, hidden, left=seen, color=GREY, hatch="//", edgecolor="white", label=_("hidden"))
        axes.legend(frameon=False, loc="lower right")
    for row, layer in enumerate(layers):
        axes.text(layer.size / MB, row, f" {layer.size / MB:.1f} MB", va="center", color=GREY)
    axes.set_yticks(rows, [label(layer, WIDEST) for layer in layers], family="monospace", fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.set_xlabel(_("MB of files, by layer"))
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure
