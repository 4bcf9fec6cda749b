"""Lesson 06: the states of a container, and the ways between them that it went."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _

GONE = "(not there)"
PLACES = {
    GONE: (0.0, 0.0),
    "created": (1.0, 1.0),
    "running": (2.4, 1.0),
    "paused": (3.8, 1.0),
    "exited": (2.4, 0.0),
}
# What an event means, by the state before it. Source: Docker Engine API, "Monitor events", container.
MOVES = {
    ("create", GONE): "created",
    ("start", "created"): "running",
    ("start", "exited"): "running",
    ("pause", "running"): "paused",
    ("unpause", "paused"): "running",
    ("die", "running"): "exited",
    ("die", "paused"): "exited",
    ("destroy", "created"): GONE,
    ("destroy", "exited"): GONE,
}  # fmt: skip

Way = tuple[str, str, str]


def ways(actions: Iterable[str]) -> list[Way]:
    """Return the distinct ways (state, event, new state) of one container, sorted, from its events in order.

    Events that change no state are passed over, and so is one that an engine reports twice.
    """
    state, gone = GONE, set()
    for action in actions:
        if (action, state) in MOVES:
            gone.add((state, action, state := MOVES[action, state]))
    return sorted(gone)


def lifecycle(seen: Iterable[Way]) -> Figure:
    """Draw the states, and an arrow for each way that was seen."""
    figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
    for state, place in PLACES.items():
        box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": GREY}
        label = _("(not there)") if state == GONE else state
        axes.text(*place, label, ha="center", va="center", bbox=box, color="black")
    for before, event, after in seen:
        _arrow(axes, PLACES[before], PLACES[after], event)
    axes.set(xlim=(-0.5, 4.3), ylim=(-0.4, 1.4))
    axes.axis("off")
    plt.close(figure)
    return figure


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], event: str) -> None:
    # Each arrow bends to its left, so that a way there and a way back are two lines.
    style = {
        "arrowstyle": "-|>",
        "color": BLUE,
        "connectionstyle": "arc3,rad=-0.2",
        "shrinkA": 32,
        "shrinkB": 32,
    }
    axes.annotate("", xy=end, xytext=start, arrowprops=style)
    (x, y), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
    axes.text(
        x + dx / 2 - dy * 0.22,
        y + dy / 2 + dx * 0.16,
        event,
        ha="center",
        va="center",
        color=BLUE,
        fontsize=9,
    )
