"""Spaced repetition: when an item comes back, as FSRS has it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fsrs import Card, Rating, Scheduler

from drydock.learning import store
from drydock.learning.attempts import AHEAD, Kind, now, utc

__all__ = ["Rating", "Review", "due", "following", "rate", "review"]
# Fuzzing would make the same answer come back on another day in each run.
QUESTIONS = Scheduler(enable_fuzzing=False)
# What takes a quarter of an hour to do does not come back in ten minutes, but on another day.
WORK = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


@dataclass(frozen=True)
class Review:
    """An item that comes back, and when."""

    kind: Kind
    item: str
    due: datetime


def review(kind: Kind, item: str, rating: Rating, at: datetime | None = None) -> Review:
    """Write down how well somebody knew an item, and return when it comes back."""
    with store.opened() as connection:
        return rate(connection, kind, item, rating, at)


def rate(
    connection: sqlite3.Connection, kind: Kind, item: str, rating: Rating, at: datetime | None = None
) -> Review:
    """Do what `review` does, in a transaction."""
    at = (at or now()).astimezone(UTC)
    card = card_of(connection, kind, item) or Card(due=at)
    # After a clock was set back, the last review is in the future. No days have passed then, and what comes next
    # counts from now: a card that was once reviewed in a wrong year must not stay there.
    card.last_review = card.last_review and min(card.last_review, at)
    card, _log = (QUESTIONS if kind == "question" else WORK).review_card(card, rating, at)
    keep(connection, kind, item, card)
    return Review(kind, item, card.due)


def card_of(connection: sqlite3.Connection, kind: Kind, item: str) -> Card | None:
    """Return what the scheduler knows about an item; None for one that does not come back."""
    found = connection.execute("SELECT card FROM cards WHERE kind = ? AND item = ?", (kind, item)).fetchone()
    return Card.from_json(found["card"]) if found else None


def is_due(card: Card, at: datetime) -> bool:
    """Return whether an item is due, as `due` has it."""
    return card.due <= at or (card.last_review is not None and card.last_review > at + AHEAD)


def keep(connection: sqlite3.Connection, kind: Kind, item: str, card: Card) -> None:
    """Write down what the scheduler knows about an item."""
    connection.execute(
        "INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?)", (kind, item, card.to_json(), utc(card.due))
    )


def due(at: datetime | None = None, *, within: timedelta = timedelta()) -> list[Review]:
    """Return what is due, the longest overdue first; `within` looks ahead so far."""
    at = at or now()
    with store.opened() as connection:
        rows = connection.execute(
            "SELECT kind, item, due FROM cards WHERE due <= ? OR json_extract(card, '$.last_review') > ? "
            "ORDER BY due, item",
            (utc(at + within), utc(at + AHEAD)),
        ).fetchall()
    return [Review(row["kind"], row["item"], datetime.fromisoformat(row["due"])) for row in rows]


def following(at: datetime | None = None) -> Review | None:
    """Return what is due next after a time; None when nothing is."""
    with store.opened() as connection:
        row = connection.execute(
            "SELECT kind, item, due FROM cards WHERE due > ? ORDER BY due, item LIMIT 1", (utc(at or now()),)
        ).fetchone()
    return Review(row["kind"], row["item"], datetime.fromisoformat(row["due"])) if row else None
