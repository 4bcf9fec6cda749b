"""Lesson 02: the engine's processes as a tree."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.processes import ENGINE, Process, is_shim
from drydock.text import _

STEP = 1.6  # how far a child stands to the right of its parent
COMMAND = 44  # signs of a command line that are shown


def process_tree(processes: Sequence[Process]) -> Figure:
    """Draw processes below their parents, a row each; the engine's own parts and the shims stand out."""
    known = {process.pid: process for process in processes}
    rows: list[tuple[Process, int]] = []

    def place(process: Process, depth: int) -> None:
        rows.append((process, depth))
        for child in processes:
            if child.parent == process.pid:
                place(child, depth + 1)

    for process in processes:
        if process.parent not in known:
            place(process, 0)
    at = {process.pid: (depth * STEP, row) for row, (process, depth) in enumerate(rows)}
    figure, axes = plt.subplots(figsize=(8, 0.38 * len(rows) + 0.4), layout="constrained")
    for process, depth in rows:
        x, y = at[process.pid]
        if process.parent in at:
            left, top = at[process.parent]
            axes.plot([left + 0.2, left + 0.2, x - 0.1], [top + 0.35, y, y], color=GREY, linewidth=1)
        ours = process.name in ENGINE or is_shim(process)
        label = axes.text(x, y, process.name, color=BLUE if ours else GREY, weight="bold", va="center")
        command = process.command if depth else ""
        axes.annotate(
            "  " + _shorten(command), (1, 0), xycoords=label, color=GREY, va="bottom", fontsize="small"
        )
    axes.set(xlim=(-0.2, 12), ylim=(len(rows) - 0.4, -0.6))
    axes.set_title(_("who started whom, on the engine's host"), color=GREY, fontsize="medium", loc="left")
    axes.set_axis_off()
    plt.close(figure)
    return figure


def _shorten(command: str) -> str:
    return command if len(command) <= COMMAND else command[: COMMAND - 1] + "…"
