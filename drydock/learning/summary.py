"""What somebody has done, counted for a page: by lesson, by day, by drill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from drydock.checks import registry
from drydock.drills import drill
from drydock.learning import attempts, reviews
from drydock.learning.attempts import Attempt, now

WEEK = 7  # days that are looked ahead


@dataclass(frozen=True)
class Summary:
    """What was done, and what comes; days are the learner's own."""

    lessons: dict[str, tuple[int, int]]  # exercises passed, of how many
    days: dict[date, tuple[int, int]]  # attempts that passed and failed, of days that have any
    drills: dict[str, tuple[int, float | None]]  # by title: tries, and the best time (s) of those that passed
    due: dict[date, int]  # today, with what is overdue, and the days after

    @property
    def empty(self) -> bool:
        """Whether nothing was done, and nothing comes back."""
        return not self.days and not any(self.due.values())


def summary(at: datetime | None = None) -> Summary:
    """Count what is in the progress file. Raises ProgressError."""
    at = at or now()
    past = attempts.every()
    return Summary(lessons(past), days(past), drills(past), due(at))


def lessons(past: Iterable[Attempt]) -> dict[str, tuple[int, int]]:
    """Return how many exercises of each lesson were passed once, and how many there are."""
    passed = {attempt.item for attempt in past if attempt.kind == "task" and attempt.passed}
    tasks = {lesson: [task.id for task in registry.of_lesson(lesson)] for lesson in registry.lessons()}
    return {lesson: (len(passed.intersection(ids)), len(ids)) for lesson, ids in tasks.items()}


def days(past: Iterable[Attempt]) -> dict[date, tuple[int, int]]:
    """Return how many attempts passed and failed on each day that has any, in order."""
    counts = Counter((_day(attempt.at), attempt.passed) for attempt in past)
    return {day: (counts[day, True], counts[day, False]) for day in sorted({day for day, _passed in counts})}


def drills(past: Iterable[Attempt]) -> dict[str, tuple[int, float | None]]:
    """Return of each drill that was tried how often, and the best time."""
    titles = {one.slug: one.title for one in drill.every()}
    tries: dict[str, list[Attempt]] = {}
    for attempt in past:
        if attempt.kind == "drill":
            tries.setdefault(titles.get(attempt.item, attempt.item), []).append(attempt)
    return {title: (len(found), _best(found)) for title, found in sorted(tries.items())}


def due(at: datetime) -> dict[date, int]:
    """Return how many items come back on each of the next days; what is overdue counts for today."""
    today = _day(at)
    week = [today + timedelta(number) for number in range(WEEK)]
    found = reviews.due(at, within=timedelta(days=WEEK))
    overdue = {(one.kind, one.item) for one in reviews.due(at)}
    counts = Counter(today if (one.kind, one.item) in overdue else _day(one.due) for one in found)
    return {day: counts[day] for day in week}


def _best(tries: Iterable[Attempt]) -> float | None:
    return min((one.seconds for one in tries if one.passed and one.seconds is not None), default=None)


def _day(at: datetime) -> date:
    return at.astimezone().date()
