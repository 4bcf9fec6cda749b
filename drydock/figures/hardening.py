"""Lesson 09: which attempts of an intruder succeed, and which measure stops each."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _


def hardening(results: Mapping[str, Mapping[str, bool]]) -> Figure:
    """Draw a column for each container and a row for each attempt, filled where it succeeded.

    `results` maps a container's description to its attempts, in order; each adds a measure to the one before.
    """
    attempts = list(next(iter(results.values())))
    figure, axes = plt.subplots(figsize=(8, 0.36 * len(attempts) + 1.2), layout="constrained")
    for column, (name, found) in enumerate(results.items()):
        for row, attempt in enumerate(attempts):
            works = found[attempt]
            axes.text(
                column,
                row,
                _("works") if works else "·",
                ha="center",
                va="center",
                fontsize="small",
                color="white" if works else GREY,
                bbox={"boxstyle": "round,pad=0.3", "facecolor": BLUE, "edgecolor": BLUE} if works else None,
            )
        axes.text(
            column, -0.8, name.replace(" ", "\n"), ha="center", va="bottom", color=GREY, fontsize="small"
        )
    axes.set_yticks(range(len(attempts)), attempts, color=GREY)
    axes.set(xlim=(-0.6, len(results) - 0.4), ylim=(len(attempts) - 0.5, -2.2))
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    plt.close(figure)
    return figure
