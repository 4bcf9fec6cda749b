"""Lesson 03: how long an edit takes until the service answers with it."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _


def edit_seconds(seconds: Mapping[str, float]) -> Figure:
    """Draw one bar for each way, from the edit of a file to the first changed answer (s)."""
    figure, axes = plt.subplots(figsize=(8, 0.6 * len(seconds) + 0.8), layout="constrained")
    for row, value in enumerate(seconds.values()):
        axes.barh(row, value, color=BLUE)
        axes.text(value, row, f" {value:.1f} s", va="center", color=GREY)
    axes.set_yticks(range(len(seconds)), seconds)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel(_("s from the edit to the changed answer"))
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure
