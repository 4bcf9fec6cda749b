"""What there is to review now: what is due, and a few new questions a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.interview.bank import load
from drydock.interview.question import Question
from drydock.learning import attempts, reviews
from drydock.learning.attempts import Attempt, Kind, now
from drydock.learning.reviews import Rating, Review
from drydock.text import _

NEW = 5  # questions a day that were never asked before
RATINGS = {  # how well somebody says that they knew an answer
    Rating.Again: _("not known"),
    Rating.Hard: _("with gaps"),
    Rating.Good: _("known"),
    Rating.Easy: _("easy"),
}


@dataclass(frozen=True)
class Entry:
    """One item to review: a question to answer, or a task or drill to do again in its notebook."""

    kind: Kind
    item: str
    title: str
    lesson: str
    notebook: str = ""  # in which a task or drill is done
    question: Question | None = None
    new: bool = False


def entries(limit: int | None = None, new: int = NEW, at: datetime | None = None) -> list[Entry]:
    """Return what to review now: what is due, the longest overdue first, then new questions.

    `limit` is the most that is returned, `new` how many questions may be new on one day, those counted that were asked
    today already. What the course no longer has is left out. Raises ProgressError, and BankError.
    """
    at = at or now()
    found = [entry for review in reviews.due(at) if (entry := _entry(review))]
    found += [_asked(question, new=True) for question in _fresh(new, at)]
    return found[:limit]


def _entry(review: Review) -> Entry | None:
    if review.kind == "question":
        return next((_asked(one) for one in load() if one.id == review.item), None)
    return todo(review.kind, review.item)


def todo(kind: Kind, item: str) -> Entry | None:
    """Return a task or drill as it is to be done again; None for one that the course no longer has."""
    # Here: both load docker-py, and a review of questions has no use for it.
    from drydock.checks import registry
    from drydock.drills import drill

    try:
        if kind == "task":
            task = registry.find(item)
            return Entry(kind, item, task.title, task.lesson, _copy("exercises", f"{task.lesson}_*.ipynb"))
        found = drill.find(item)
        return Entry(kind, item, found.title, found.lesson, _copy("practice", "drills.ipynb"))
    except DrydockError:
        return None


def _asked(question: Question, new: bool = False) -> Entry:
    return Entry("question", question.id, question.ask, question.lesson, question=question, new=new)


def _fresh(number: int, at: datetime) -> Iterator[Question]:
    """Give the questions that are new today: of lessons that were begun first, else from the first lesson on."""
    past = attempts.every()
    first: dict[str, datetime] = {}
    for attempt in past:
        if attempt.kind == "question":
            first.setdefault(attempt.item, attempt.at)
    today = sum(_day(asked) == _day(at) for asked in first.values())
    begun = _begun(past)
    unseen = [question for question in load() if question.id not in first]
    unseen.sort(key=lambda question: question.lesson not in begun)  # stays in the bank's order otherwise
    yield from unseen[: max(0, number - today)]


def _begun(past: list[Attempt]) -> set[str]:
    """Return the lessons of which a task was tried."""
    return {attempt.item.partition(".")[0] for attempt in past if attempt.kind == "task"}


def _day(at: datetime) -> str:
    """Return a time's day where the learner is now."""
    return at.astimezone().date().isoformat()


def _copy(kind: str, pattern: str) -> str:
    """Return the learner's copy of a notebook of the course, as it is found from the course's folder."""
    original = next((paths.COURSE / kind).glob(pattern))
    copy = paths.work() / kind / original.name
    return str(copy.relative_to(paths.COURSE) if copy.is_relative_to(paths.COURSE) else copy)


def when(due: datetime, at: datetime | None = None) -> str:
    """Return in words when something comes back, in the learner's own time zone."""
    here, today = due.astimezone(), (at or now()).astimezone()
    if here <= today:
        return _("now")
    if here.date() == today.date():
        return _("today at {time}").format(time=here.strftime("%H:%M"))
    return _("on {date}").format(date=here.date().isoformat())
