"""The picture of the progress page."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from drydock.clocks import minutes
from drydock.figures.style import BLUE, GREY
from drydock.learning.summary import Summary
from drydock.text import _

LONGEST = 60  # letters of a drill's title
FEWEST = 13  # days between the first and the last that are drawn


def nothing(text: str) -> Figure:
    """Draw a line of text in place of the picture."""
    figure, axes = plt.subplots(figsize=(9, 0.8), layout="constrained")
    axes.text(0.5, 0.5, text, ha="center", va="center", color=GREY)
    axes.set_axis_off()
    plt.close(figure)
    return figure


def draw(found: Summary) -> Figure:
    """Draw exercises, attempts and what comes back side by side, and drills below."""
    below = 0.8 + 0.22 * max(3, len(found.drills))  # inches
    figure = plt.figure(figsize=(10, 2.6 + below), layout="constrained")
    # Of their own, so that the drills' long names take no room from what is above.
    (upper,), (lower,) = figure.subfigures(2, 1, squeeze=False, height_ratios=[2.6, below])
    lessons, days, due = upper.subplots(1, 3)
    _lessons(lessons, found)
    _days(days, found)
    _due(due, found)
    _drills(lower.subplots(), found)
    plt.close(figure)
    return figure


def _lessons(axes: Axes, found: Summary) -> None:
    names = list(found.lessons)
    axes.bar(names, [total for _passed, total in found.lessons.values()], color="none", edgecolor=GREY)
    axes.bar(names, [passed for passed, _total in found.lessons.values()], color=BLUE)
    _dress(axes, _("exercises passed, by lesson"))


def _days(axes: Axes, found: Summary) -> None:
    title = _("attempts by day (grey: not passed)")
    if not found.days:
        _none(axes, title, _("no attempt yet"))
        return
    days = [date2num(day) for day in found.days]
    passed, failed = zip(*found.days.values(), strict=True)
    axes.bar(days, passed, color=BLUE)
    axes.bar(days, failed, bottom=passed, color=GREY)
    axes.set_xlim(min(days[0], days[-1] - FEWEST) - 0.6, days[-1] + 0.6)
    locator = AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    _dress(axes, title)


def _drills(axes: Axes, found: Summary) -> None:
    title = _("best time in each drill, in minutes")
    if not found.drills:
        _none(axes, title, _("no drill yet"))
        return
    names = [title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…" for title in found.drills]
    best = [time for _tries, time in found.drills.values()]
    rows = range(len(names))
    axes.barh(rows, [(time or 0) / 60 for time in best], color=BLUE)
    for row, time in zip(rows, best, strict=True):
        text = _(" not yet repaired") if time is None else f" {minutes(time)}"
        axes.text((time or 0) / 60, row, text, va="center", color=GREY, fontsize="small")
    axes.set_yticks(rows, names, fontsize="small")
    axes.invert_yaxis()
    axes.margins(x=0.15)
    _dress(axes, title, counts=False)


def _due(axes: Axes, found: Summary) -> None:
    axes.bar([f"{day:%a}\n{day.day}" for day in found.due], list(found.due.values()), color=BLUE)
    _dress(axes, _("due in the next 7 days"))


def _none(axes: Axes, title: str, text: str) -> None:
    axes.text(0.5, 0.5, text, ha="center", va="center", color=GREY, transform=axes.transAxes)
    axes.set_xticks([])
    axes.set_yticks([])
    _dress(axes, title, counts=False)


def _dress(axes: Axes, title: str, counts: bool = True) -> None:
    axes.set_title(title, fontsize="medium", loc="left")
    axes.tick_params(labelsize="x-small")
    if counts:
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        axes.set_ylim(0, max(1.0, axes.get_ylim()[1]))
    for edge in ("top", "right"):
        axes.spines[edge].set_visible(False)
