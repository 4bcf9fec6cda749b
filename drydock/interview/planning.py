"""The plan of a mock interview: its questions, in order, and a drill. It needs no engine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from drydock.drills import drill as drills
from drydock.drills.drill import Drill
from drydock.errors import DrydockError
from drydock.interview import bank
from drydock.interview.question import Level, Question
from drydock.interview.roles import Role
from drydock.learning import attempts
from drydock.learning.attempts import Kind
from drydock.text import _

PER_QUESTION = 3  # min, with its follow-ups
MISSED, KNOWN = 3.0, 0.5  # factors for what went wrong the last time, and what went well


@dataclass(frozen=True)
class Length:
    """How the minutes of an interview are spent."""

    questions: Mapping[Level, int]  # in the order in which they are asked
    drill: int  # min
    drills: tuple[str, ...]  # their levels

    @property
    def minutes(self) -> int:
        """All of it."""
        return PER_QUESTION * sum(self.questions.values()) + self.drill


LENGTHS = {
    length.minutes: length
    for length in (
        Length({"easy": 1, "medium": 1, "hard": 1}, 6, ("easy",)),
        Length({"easy": 2, "medium": 3, "hard": 2}, 9, ("medium",)),
        Length({"easy": 3, "medium": 5, "hard": 3}, 12, ("medium", "hard")),
    )
}


@dataclass(frozen=True)
class Plan:
    """What is asked, in order, and the drill at the end with the seed of its set-up."""

    role: Role
    minutes: int
    seed: int
    questions: tuple[Question, ...]
    drill: Drill
    drill_minutes: int


def plan(role: Role, minutes: int, seed: int | None = None) -> Plan:
    """Return the plan of an interview of 15, 30 or 45 min.

    A seed gives the same plan again, as long as no attempts have come. Questions become harder, no two are on the same
    section, and what went wrong the last time is likelier. Raises DrydockError for another length, and what the bank
    and the file of attempts raise.
    """
    if minutes not in LENGTHS:
        raise DrydockError(
            _("There is no interview of {minutes} min.").format(minutes=minutes),
            _("Nothing was planned."),
            _("it takes {lengths} min.").format(lengths=", ".join(map(str, LENGTHS))),
        )
    length = LENGTHS[minutes]
    seed = random.randrange(10**6) if seed is None else seed
    rng = random.Random(seed)
    questions = _questions(rng, role, length, _factors("question"))
    return Plan(role, minutes, seed, questions, _drill(rng, role, length, _factors("drill")), length.drill)


def _factors(kind: Kind) -> dict[str, float]:
    """Return the factor of each item that was tried; the last attempt counts."""
    return {one.item: KNOWN if one.passed else MISSED for one in attempts.every(kind)}


def _questions(
    rng: random.Random, role: Role, length: Length, factors: Mapping[str, float]
) -> tuple[Question, ...]:
    chosen: list[Question] = []
    for level, number in length.questions.items():
        for _number in range(number):
            asked = Counter(one.lesson for one in chosen)
            sections = {(one.lesson, one.section) for one in chosen}
            left = [
                one for one in bank.load() if one.level == level and (one.lesson, one.section) not in sections
            ]
            # An interview goes through many topics: a lesson that was asked about is less likely.
            weights = [
                role.weight(one.lesson, one.python) * factors.get(one.id, 1.0) / (1 + asked[one.lesson])
                for one in left
            ]
            chosen += rng.choices(left, weights)
    return tuple(chosen)


def _drill(rng: random.Random, role: Role, length: Length, factors: Mapping[str, float]) -> Drill:
    fitting = [one for one in drills.every() if one.level in length.drills]
    weights = [role.weight(one.lesson) * factors.get(one.slug, 1.0) for one in fitting]
    return rng.choices(fitting, weights)[0]
