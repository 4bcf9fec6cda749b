"""Lesson 10: in which order the services of a Compose project came up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _

SERVICE = "com.docker.compose.service"
# What an event of a container means here. Source: Docker Engine API, "Monitor events", container.
MEANING = {"start": "started", "health_status: healthy": "healthy", "die": "ended"}

Milestones = dict[str, dict[str, float]]


def milestones(events: Iterable[Mapping[str, Any]]) -> Milestones:
    """Return when (s after the first start) each service first was started, healthy and ended, in order of the starts."""
    seen: Milestones = {}
    begin = None
    for event in events:
        what = MEANING.get(event["Action"])
        service = event["Actor"]["Attributes"].get(SERVICE)
        if what and service:
            time = event["timeNano"] / 1e9
            begin = time if begin is None else begin
            seen.setdefault(service, {}).setdefault(what, time - begin)
    return dict(sorted(seen.items(), key=lambda item: item[1].get("started", 0)))


def start_order(seen: Milestones) -> Figure:
    """Draw a line a service: grey from its start, blue from where others could rely on it."""
    figure, axes = plt.subplots(figsize=(8, 0.5 * len(seen) + 1.2), layout="constrained")
    last = max(max(times.values()) for times in seen.values()) + 0.5
    for row, times in enumerate(seen.values()):
        start = times.get("started", 0)
        over = times.get("ended", last)
        ready = min(times.get("healthy", over), over)
        axes.barh(row, ready - start, left=start, height=0.4, color=GREY)
        axes.barh(row, over - ready, left=ready, height=0.4, color=BLUE)
        at, label = (
            (over, _("ended")) if "ended" in times else (ready, _("healthy") if "healthy" in times else "")
        )
        axes.text(at, row + 0.38, label, ha="center", va="center", fontsize=8)
    axes.set(yticks=range(len(seen)), yticklabels=list(seen), xlabel=_("seconds after the first start"))
    axes.set(xlim=(0, last), ylim=(len(seen) - 0.4, -0.6))
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure
