"""The tables of the progress file, version by version, and the way from an older one to ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

# What each version of the schema adds to the one before: the last one's number is ours.
STEPS = (
    """
    CREATE TABLE attempts (
        id TEXT PRIMARY KEY,          -- random, so that two files can be joined
        at TEXT NOT NULL,             -- UTC, ISO 8601
        kind TEXT NOT NULL CHECK (kind IN ('task', 'drill', 'question')),
        item TEXT NOT NULL,
        passed INTEGER NOT NULL,
        hints INTEGER NOT NULL DEFAULT 0,
        seconds REAL,
        details TEXT NOT NULL DEFAULT '{}'
    );
    CREATE INDEX attempts_by_item ON attempts (kind, item, at);
    """,
    """
    CREATE TABLE cards (              -- when an item comes back
        kind TEXT NOT NULL,
        item TEXT NOT NULL,
        card TEXT NOT NULL,           -- the scheduler's own, as JSON
        due TEXT NOT NULL,            -- UTC, ISO 8601
        PRIMARY KEY (kind, item)
    );
    """,
)
VERSION = len(STEPS)


def version(connection: sqlite3.Connection) -> int:
    """Return the version of a file's tables; 0 for one that has none of ours."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def empty(connection: sqlite3.Connection) -> bool:
    """Return whether a file has no table at all, as a new one."""
    return connection.execute("SELECT name FROM sqlite_master LIMIT 1").fetchone() is None


def ours(connection: sqlite3.Connection) -> bool:
    """Return whether a file has our first table."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'attempts'").fetchone() is not None


def migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Bring a file up to our version, all steps or none; an older file is copied first."""
    there = version(connection)
    if there == 0:
        # Readers and a writer side by side. The file keeps this mode, and it can't be changed in a transaction.
        connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if there:
            _back_up(file, there)
        for step in STEPS[there:]:
            for statement in step.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _back_up(file: Path, version: int) -> None:
    """Copy the file as it is, with what is not yet in it but beside it."""
    copy = file.with_name(f"{file.name}.version-{version}")
    partial = copy.with_name(copy.name + ".partial")
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(partial)) as target:
        source.backup(target)
    partial.replace(copy)
