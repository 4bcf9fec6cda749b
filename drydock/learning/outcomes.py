"""What an attempt means for what comes back.

A task or drill that fails comes back. One that has a card is reviewed when an attempt says something new about it: when
it is due, or when it ends otherwise than the time before. So ten looks at a task in one sitting are no ten reviews.
What passed at first comes back never.
"""

from __future__ import annotations

from datetime import datetime

from fsrs import Card

from drydock.learning import attempts, reviews, store
from drydock.learning.attempts import Attempt, now
from drydock.learning.reviews import Rating, Review


def record(attempt: Attempt) -> Review | None:
    """Write an attempt at a task or drill down, and return when it comes back if it was a review.

    Both are on the disk when this returns, or neither. Raises ProgressError.
    """
    with store.opened() as connection:
        before = attempts.read(connection, attempt.kind, attempt.item)
        card = reviews.card_of(connection, attempt.kind, attempt.item)
        attempts.write(connection, [attempt])
        if not _is_review(attempt, card, before[-1].passed if before else None):
            return None
        return reviews.rate(connection, attempt.kind, attempt.item, _rating(attempt), attempt.at)


def answer(question: str, rating: Rating, seconds: float | None = None, at: datetime | None = None) -> Review:
    """Write down how well somebody answered a question, by its id, and return when it comes back.

    `seconds` went by before the answer was shown. Raises ProgressError.
    """
    at = at or now()
    passed = rating is not Rating.Again
    attempt = Attempt("question", question, passed, 0, seconds, {"rating": int(rating)}, at)
    with store.opened() as connection:
        attempts.write(connection, [attempt])
        return reviews.rate(connection, "question", question, rating, at)


def _is_review(attempt: Attempt, card: Card | None, last: bool | None) -> bool:
    if card is None:
        return not attempt.passed
    return reviews.is_due(card, attempt.at) or attempt.passed is not last


def _rating(attempt: Attempt) -> Rating:
    if not attempt.passed:
        return Rating.Again
    return Rating.Hard if attempt.hints else Rating.Good
