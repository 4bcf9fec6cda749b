"""Lesson 08: what is left of the data in each place, from one stage of a container's life to the next."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _

FULL = 0.8  # a full bar's part of its column


def survival(stages: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw how much data (MiB) each place holds; `stages` maps a stage's name to the places and their sizes."""
    places = list(next(iter(stages.values())))
    largest = max((size for sizes in stages.values() for size in sizes.values()), default=0) or 1
    figure, axes = plt.subplots(figsize=(8, 0.5 * len(places) + 0.6), layout="constrained")
    for column, sizes in enumerate(stages.values()):
        for row, place in enumerate(places):
            axes.barh(row, FULL, left=column, color="none", edgecolor=GREY, linewidth=0.8)
            size = sizes[place]
            axes.barh(row, FULL * size / largest, left=column, color=BLUE)
            text = _("{size:g} MiB").format(size=size) if size else _("empty")
            axes.text(
                column + FULL / 2, row, text,
                ha="center", va="center", color="white" if size > largest / 2 else GREY,
            )  # fmt: skip
    axes.set_yticks(range(len(places)), places)
    axes.invert_yaxis()
    axes.set_xticks([column + FULL / 2 for column in range(len(stages))], stages)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for edge in axes.spines.values():
        edge.set_visible(False)
    plt.close(figure)
    return figure
