"""Lesson 10: what Prometheus has scraped, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _

Line = Sequence[tuple[float, float]]


def lines_of(answer: Mapping[str, Any], label: str) -> dict[str, list[tuple[float, float]]]:
    """Return the lines (s after the first sample, value) in an answer of query_range, by the value of a label.

    Source: Prometheus HTTP API, "Range queries"; values come as text.
    """
    series = answer["data"]["result"]
    begin = min((one["values"][0][0] for one in series), default=0.0)
    named = {
        one["metric"].get(label, ""): [(at - begin, float(value)) for at, value in one["values"]]
        for one in series
    }
    return dict(sorted(named.items()))


def scraped(lines: Mapping[str, Line], title: str) -> Figure:
    """Draw one line a name; the names are the legend."""
    figure, axes = plt.subplots(figsize=(8, 2.8), layout="constrained")
    styles = cycle(((BLUE, "-"), (GREY, "--"), (BLUE, ":"), (GREY, "-.")))  # two lines may lie on each other
    for (name, line), (color, style) in zip(lines.items(), styles, strict=False):
        axes.plot(*zip(*line, strict=True), style, color=color, label=name)
    highest = max((value for line in lines.values() for _at, value in line), default=0)
    axes.set(xlabel=_("seconds"), title=title, ylim=(0, max(1, highest * 1.2)))
    axes.grid(color=GREY, alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    if lines:
        axes.legend(frameon=False)
    plt.close(figure)
    return figure
