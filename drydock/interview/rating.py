"""How well a question was answered: from the points of its rubric to a rating for the scheduler.

A point that was hit counts 1, one that was partly hit ½, one that was missed 0. The share of the points is the result:

    below ½         Again   it does not count as passed
    below ¾         Hard
    below 1         Good
    1, all points   Easy
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from drydock.learning.reviews import Rating
from drydock.text import _

Mark = Literal["hit", "partly", "missed"]
WORDS: dict[Mark, str] = {"hit": _("hit"), "partly": _("partly"), "missed": _("missed")}
WORTH: dict[Mark, float] = {"hit": 1.0, "partly": 0.5, "missed": 0.0}
PASSED, GOOD = 0.5, 0.75


def share(marks: Sequence[Mark]) -> float:
    """Return the share of the points that was hit, from 0 to 1."""
    return sum(WORTH[mark] for mark in marks) / len(marks)


def rating(of_points: float) -> Rating:
    """Return how well a question with this share of its points was known."""
    if of_points < PASSED:
        return Rating.Again
    if of_points < GOOD:
        return Rating.Hard
    return Rating.Easy if of_points == 1 else Rating.Good
