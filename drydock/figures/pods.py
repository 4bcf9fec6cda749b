"""Lesson 11: a Pod's life, from its status and its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _

# What happens in the same second as Started, and would stand in its way.
HIDDEN = ("Pulled", "Created")
LONGEST = 1.0  # s that is drawn of what runs still, after the last thing that is known


@dataclass
class Row:
    """A container, or the Pod itself: its runs (begin, end) and its events (time, reason), in s after the Pod was made."""

    name: str
    init: bool = False
    runs: list[tuple[float, float]] = field(default_factory=list)
    events: list[tuple[float, str]] = field(default_factory=list)


def pod_rows(pod: Any, events: Iterable[Any]) -> list[Row]:
    """Return the Pod's row, then one for each container in the order of the manifest.

    Both come with a resolution of one second. A status has the current and the last run of a container, no others.
    Source: Kubernetes API, PodStatus and Event.
    """
    begin = pod.metadata.creation_timestamp
    inits, others = pod.status.init_container_statuses or [], pod.status.container_statuses or []
    rows = [Row("Pod"), *(Row(s.name, init=True) for s in inits), *(Row(s.name) for s in others)]
    by_name = {row.name: row for row in rows}
    for event in events:
        reason, row = event.reason, by_name.get(_container(event.involved_object.field_path), rows[0])
        if reason not in HIDDEN:
            row.events.append((_after(begin, _when(event)), reason))
    for row in rows:
        row.events.sort()
    for status in (*inits, *others):
        row = by_name[status.name]
        for state in (status.last_state, status.state):
            if state and state.terminated and state.terminated.started_at:
                ended = state.terminated
                row.runs.append((_after(begin, ended.started_at), _after(begin, ended.finished_at)))
        if status.state and status.state.running:
            row.runs.append((_after(begin, status.state.running.started_at), float("inf")))
    return rows


def pod_timeline(rows: list[Row]) -> Figure:
    """Draw a line a container, grey for init containers and blue for the others, with the events above it."""
    known = [end for row in rows for run in row.runs for end in run if end != float("inf")]
    last = max([*known, *(at for row in rows for at, _reason in row.events), 0]) + LONGEST
    figure, axes = plt.subplots(figsize=(8, 0.6 * len(rows) + 1), layout="constrained")
    for place, row in enumerate(rows):
        for begin, end in row.runs:
            # What begins and ends within one second is still to be seen.
            width = max(min(end, last) - begin, 0.05)
            axes.barh(place, width, left=begin, height=0.3, color=GREY if row.init else BLUE)
        for at in sorted({at for at, _reason in row.events}):
            label = ", ".join(dict.fromkeys(reason for time, reason in row.events if time == at))
            axes.plot(at, place - 0.25, marker="v", color=GREY, markersize=5)
            axes.text(at + 0.06, place - 0.3, label, ha="left", va="center", fontsize=8)
    axes.set(yticks=range(len(rows)), yticklabels=[row.name for row in rows])
    axes.set(xlim=(-0.2, last), ylim=(len(rows) - 0.5, -0.7), xlabel=_("seconds after the Pod was made"))
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure


def _container(path: str | None) -> str:
    """Return the name in a path such as "spec.initContainers{radio}"; "" where there is none."""
    return (path or "").partition("{")[2].rstrip("}")


def _when(event: Any) -> datetime:
    when: datetime = event.first_timestamp or event.event_time or event.metadata.creation_timestamp
    return when.replace(microsecond=0)  # the Pod's own times have no fractions


def _after(begin: datetime, when: datetime) -> float:
    return max((when - begin).total_seconds(), 0.0)
