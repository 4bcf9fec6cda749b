"""The file with all attempts and reviews: SQLite, in the user's data folder."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import platformdirs

from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.learning import schema
from drydock.text import _

PATIENCE = 10  # s that a write waits for another notebook's


class ProgressError(DrydockError):
    """The file with the progress, or an export of it, can't be used."""


def place() -> Path:
    """Return the file: in the user's data folder, or where DRYDOCK_PROGRESS says."""
    chosen = os.environ.get("DRYDOCK_PROGRESS")
    # Notebooks have other working folders than a terminal: a relative name is one in the course's folder.
    return (
        paths.COURSE / Path(chosen).expanduser()
        if chosen
        else platformdirs.user_data_path("drydock") / "progress.db"
    )


@contextmanager
def opened(file: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Give a connection, in a transaction that is on the disk when the block has ended without an error.

    A file that is no database is kept aside, and a new one made. Raises ProgressError for one of a newer version,
    for a database that is none of ours, and for what can't be opened or written.
    """
    file = file or place()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(_ready(file)) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
    except (sqlite3.DatabaseError, OSError) as error:
        raise ProgressError(
            _("{file} can't be used: {error}.").format(file=file, error=error),
            _("Nothing was written down."),
            _("is there space, may you write there, and does another notebook hang?"),
        ) from error


def _ready(file: Path) -> sqlite3.Connection:
    """Return a connection to a sound file of our version."""
    if file.exists() and (connection := _sound(file)):
        if schema.version(connection) == schema.VERSION:
            return connection
        connection.close()
    with _alone(file):
        # Another notebook may have just seen to it, so everything is looked at again.
        connection = _sound(file) or _anew(file)
        try:
            _bring_up_to_date(connection, file)
        except BaseException:
            connection.close()
            raise
        return connection


def _sound(file: Path) -> sqlite3.Connection | None:
    """Return a connection, or None where the file is no database, or a broken one."""
    connection = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        # A commit returns when it is on the disk, not before.
        connection.execute("PRAGMA synchronous = FULL")
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok":
            return connection
    except sqlite3.OperationalError:  # it can't be opened, or is locked for too long: not broken
        connection.close()
        raise
    except sqlite3.DatabaseError:
        pass
    connection.close()
    return None


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Wait until no other process makes, mends or migrates this file."""
    with file.with_name(f"{file.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _anew(file: Path) -> sqlite3.Connection:
    """Keep a broken file aside, say so, and return a connection to a new one."""
    number = 1
    while (aside := file.with_name(f"{file.name}.broken-{number}")).exists():
        number += 1
    for end in ("-wal", "-shm", ""):  # what was not yet in the file, but beside it, goes along
        beside = file.with_name(file.name + end)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + end))
    said = _("{file} was not readable. It is kept as {aside}, and a new one begins.")
    print(said.format(file=file, aside=aside.name), file=sys.stderr)
    fresh = _sound(file)
    assert fresh is not None, file
    return fresh


def _bring_up_to_date(connection: sqlite3.Connection, file: Path) -> None:
    there = schema.version(connection)
    if there > schema.VERSION:
        raise ProgressError(
            _("{file} is of version {there}, and this course knows {ours}.").format(
                file=file, there=there, ours=schema.VERSION
            ),
            _("It was not changed."),
            _("use the newer course, or name another file with DRYDOCK_PROGRESS."),
        )
    if not schema.ours(connection) if there else not schema.empty(connection):
        raise ProgressError(
            _("{file} is a database of another program.").format(file=file),
            _("It was not changed."),
            _("name another file with DRYDOCK_PROGRESS, or take that variable away."),
        )
    if there < schema.VERSION:
        schema.migrate(connection, file)
