"""Lesson 13: where the requests of a weighted route went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from drydock.figures.style import BLUE, GREY
from drydock.text import _


def shares(answers: Mapping[str, int], weights: Mapping[str, int]) -> Figure:
    """Draw a bar for each version with a part for each of its Pods, and a line where its weight would have it end.

    `answers` counts texts such as "1 dd-dock-abc", version and Pod; `weights` has each version's weight.
    """
    asked, whole = sum(answers.values()), sum(weights.values())
    figure, axes = plt.subplots(figsize=(8, 0.7 * len(weights) + 1), layout="constrained")
    for place, (version, weight) in enumerate(weights.items()):
        left = 0
        for number, (_pod, count) in enumerate(sorted(of_version(answers, version).items())):
            axes.barh(
                place,
                count,
                left=left,
                height=0.5,
                color=BLUE if number % 2 == 0 else GREY,
                edgecolor="white",
            )
            axes.text(
                left + count / 2, place, str(count), ha="center", va="center", color="white", fontsize=9
            )
            left += count
        expected = asked * weight / whole
        axes.plot([expected, expected], [place - 0.4, place + 0.4], color="black", linestyle=":", linewidth=2)
    labels = [
        _("version {version}, weight {weight}").format(version=v, weight=weight)
        for v, weight in weights.items()
    ]
    axes.set(yticks=range(len(weights)), yticklabels=labels, ylim=(len(weights) - 0.5, -0.5))
    axes.set(xlabel=_("requests, by Pod; dotted: what the weight asks for"), xlim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure


def of_version(answers: Mapping[str, int], version: str) -> Counter[str]:
    """Return the number of answers from each of a version's Pods."""
    found: Counter[str] = Counter()
    for text, count in answers.items():
        said, _blank, pod = text.partition(" ")
        if said == version:
            found[pod] += count
    return found
