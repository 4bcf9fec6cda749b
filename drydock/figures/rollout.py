"""Lesson 12: the ReplicaSets of a Deployment during a rollout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _

if TYPE_CHECKING:  # it takes the cluster's client along, which other lessons' pictures need not
    from drydock.rollouts import Rollout

STYLES = ((GREY, "-"), (BLUE, "-"), (GREY, "--"), (BLUE, "--"))


def rollout(seen: Rollout, replicas: int) -> Figure:
    """Draw how many Pods of each ReplicaSet are available, below it all together, and the number that is asked for."""
    figure, (sets, whole) = plt.subplots(2, 1, figsize=(8, 4), sharex=True, layout="constrained")
    times = [one.at for one in seen.moments]
    times.append(times[-1] + 0.5)  # so that the last level can be seen
    # One that had no Pod from the beginning to the end takes no part.
    names = [n for n in sorted(seen.revisions, key=seen.revisions.__getitem__) if any(wanted(seen, n))]
    for name, (color, style) in zip(names, STYLES, strict=False):
        levels = [one.available.get(name, 0) for one in seen.moments]
        label = _("revision {number}").format(number=seen.revisions[name])
        step(sets, times, levels, color=color, linestyle=style, label=label, linewidth=2)
    step(whole, times, [sum(one.wanted.values()) for one in seen.moments], color=GREY, label=_("asked for"))
    levels = [sum(one.available.values()) for one in seen.moments]
    step(whole, times, levels, color=BLUE, label=_("available"), linewidth=2)
    whole.axhline(replicas, color=GREY, linestyle=":", linewidth=1)
    sets.set(ylabel=_("available Pods"))
    whole.set(ylabel=_("Pods in all"), xlabel=_("seconds"))
    for axes in (sets, whole):
        axes.set(ylim=(-0.2, seen.most + 0.6), xlim=(0, times[-1]))
        axes.yaxis.get_major_locator().set_params(integer=True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    plt.close(figure)
    return figure


def wanted(seen: Rollout, name: str) -> list[int]:
    """Return how many Pods a ReplicaSet was to have, moment for moment."""
    return [one.wanted.get(name, 0) for one in seen.moments]


def step(axes: Axes, times: list[float], levels: list[int], **line: object) -> None:
    """Draw a level that holds until the next one."""
    axes.step(times, [*levels, levels[-1]], where="post", **line)  # type: ignore[arg-type]
