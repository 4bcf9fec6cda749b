"""Attempts at tasks, drills and questions, as they are written down."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from drydock.learning import store

Kind = Literal["task", "drill", "question"]
# What was done later than now comes from a clock that was wrong. By less than this it only was corrected.
AHEAD = timedelta(days=1)


def now() -> datetime:
    """Return the time, in UTC: what is written down stays in order when its owner travels."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Attempt:
    """One try at an item: when, whether it passed, after how many hints, and its seconds.

    The seconds are those that count for a drill, those before the answer was shown for a question, and those that the
    check took for a task.
    """

    kind: Kind
    item: str
    passed: bool
    hints: int = 0
    seconds: float | None = None
    details: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=now)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


def add(*attempts: Attempt) -> int:
    """Write attempts down, and return how many were new. They are on the disk when this returns."""
    with store.opened() as connection:
        return write(connection, attempts)


def write(connection: sqlite3.Connection, attempts: Iterable[Attempt]) -> int:
    """Write attempts down in a transaction, and return how many were new."""
    rows = [
        (a.id, utc(a.at), a.kind, a.item, int(a.passed), a.hints, a.seconds, json.dumps(a.details))
        for a in attempts
    ]
    before = connection.total_changes
    connection.executemany("INSERT OR IGNORE INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return connection.total_changes - before


def utc(at: datetime) -> str:
    """Return a time as it is written down: texts of this form are in the order of their times."""
    return at.astimezone(UTC).isoformat()


def every(kind: Kind | None = None, item: str | None = None) -> list[Attempt]:
    """Return attempts in the order of their time: all, or those at items of a kind, or at one item."""
    with store.opened() as connection:
        return read(connection, kind, item)


def read(connection: sqlite3.Connection, kind: Kind | None = None, item: str | None = None) -> list[Attempt]:
    """Return attempts as `every` does, in a transaction."""
    where, values = [], []
    for column, value in (("kind", kind), ("item", item)):
        if value is not None:
            where.append(f"{column} = ?")
            values.append(value)
    condition = " WHERE " + " AND ".join(where) if where else ""
    # What a wrong clock has put into the future comes first: it is not the last that was tried.
    order, values = "at > ? DESC, at, rowid", [*values, utc(now() + AHEAD)]
    found = connection.execute(f"SELECT * FROM attempts{condition} ORDER BY {order}", values).fetchall()
    return [
        Attempt(
            row["kind"], row["item"], bool(row["passed"]), row["hints"], row["seconds"],
            json.loads(row["details"]), datetime.fromisoformat(row["at"]), row["id"],
        )
        for row in found
    ]  # fmt: skip
