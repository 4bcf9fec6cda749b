"""The progress file, whatever happens to it."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from drydock.learning import attempts, reviews, schema, store
from drydock.learning.attempts import Attempt
from drydock.learning.store import ProgressError
from tests.learning.processes import start

WRITES = """
from drydock.learning import attempts
from drydock.learning.attempts import Attempt
while True:
    one = Attempt("task", "01.1", True)
    attempts.add(one)
    print(one.id, flush=True)
"""
BOTH = """
from drydock.learning import attempts, reviews
from drydock.learning.attempts import Attempt
for number in range(40):
    attempts.add(Attempt("task", f"01.{number}", True))
    reviews.review("question", f"q{number}", reviews.Rating.Good)
"""


def ids() -> set[str]:
    return {attempt.id for attempt in attempts.every()}


def aside(file: Path) -> list[Path]:
    return sorted(path for path in file.parent.glob("*broken*") if path.suffix == ".broken-1")


def test_what_was_written_is_read_again() -> None:
    written = Attempt("drill", "tar-pit", False, 2, 61.5, {"seed": 7})
    assert attempts.add(written) == 1
    assert attempts.add(written) == 0
    assert attempts.every() == [written]
    assert attempts.every("task") == attempts.every(item="other") == []


def test_what_a_wrong_clock_wrote_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = Attempt("drill", "tar-pit", False, at=attempts.now() + timedelta(days=365))
    corrected = Attempt("drill", "tar-pit", False, at=attempts.now() + timedelta(hours=1))
    now = Attempt("drill", "tar-pit", True)
    attempts.add(now, ahead, corrected)
    assert attempts.every() == [ahead, now, corrected]


def test_a_relative_name_is_one_place_for_all_notebooks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DRYDOCK_PROGRESS", "mine.db")
    here = store.place()
    monkeypatch.chdir(tmp_path)
    assert store.place() == here and here.is_absolute()
    monkeypatch.setenv("DRYDOCK_PROGRESS", "~/mine.db")
    assert store.place() == Path.home() / "mine.db"


def test_a_block_that_fails_leaves_nothing() -> None:
    with pytest.raises(ValueError), store.opened() as connection:
        attempts.write(connection, [Attempt("task", "01.1", True)])
        raise ValueError
    assert attempts.every() == []


def test_an_older_file_is_migrated_and_kept(progress: Path) -> None:
    progress.parent.mkdir()
    with closing(sqlite3.connect(progress)) as old, old:
        old.execute("PRAGMA journal_mode = WAL")
        old.executescript(schema.STEPS[0])
        old.execute(
            "INSERT INTO attempts VALUES ('a', '2026-01-02T03:04:05+00:00', 'task', '01.1', 1, 0, 2.5, '{}')"
        )
        old.execute("PRAGMA user_version = 1")
    assert [attempt.id for attempt in attempts.every()] == ["a"]
    reviews.review("task", "01.1", reviews.Rating.Good)
    with closing(sqlite3.connect(progress)) as now:
        assert schema.version(now) == schema.VERSION == 2
    with closing(sqlite3.connect(progress.with_name("progress.db.version-1"))) as before:
        assert schema.version(before) == 1
        assert before.execute("SELECT id FROM attempts").fetchall() == [("a",)]
        assert not before.execute("SELECT name FROM sqlite_master WHERE name = 'cards'").fetchall()


def test_a_migration_that_fails_changes_nothing(progress: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts.add(Attempt("task", "01.1", True))
    broken = (*schema.STEPS, "CREATE TABLE more (id TEXT);\nCREATE TABLE attempts (id TEXT);")
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", broken)
        patch.setattr(schema, "VERSION", 3)
        with pytest.raises(ProgressError, match="attempts already exists"):
            attempts.every()
    assert len(attempts.every()) == 1
    with closing(sqlite3.connect(progress)) as now:
        assert not now.execute("SELECT name FROM sqlite_master WHERE name = 'more'").fetchall()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "PRAGMA user_version = 9",
            r"of version 9, and this course knows 2.\nIt was not changed.\nHint: use the newer",
        ),
        ("PRAGMA user_version = 0", "a database of another program.\nIt was not changed."),
        (
            "ALTER TABLE attempts RENAME TO songs; PRAGMA user_version = 1",
            "a database of another program.\nIt was not changed.",
        ),
    ],
)
def test_a_newer_file_or_anothers_is_refused_as_it_is(progress: Path, change: str, said: str) -> None:
    attempts.add(Attempt("task", "01.1", True))
    with closing(sqlite3.connect(progress)) as connection:
        connection.executescript(change)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = progress.read_bytes()
    for use in (attempts.every, reviews.due, lambda: attempts.add(Attempt("task", "01.1", True))):
        with pytest.raises(ProgressError, match=said):
            use()
    assert progress.read_bytes() == before


@pytest.mark.parametrize(("begin", "damage"), [(0, b"no database " * 1000), (8192, b"\xff" * 4096)])
def test_a_broken_file_is_kept_aside(
    progress: Path, begin: int, damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    attempts.add(
        *(Attempt("task", f"01.{number}", True, details={"text": "x" * 500}) for number in range(50))
    )
    content = bytearray(progress.read_bytes())
    content[begin : begin + len(damage)] = damage
    progress.write_bytes(content)
    attempts.add(Attempt("task", "02.1", True))
    assert [attempt.item for attempt in attempts.every()] == ["02.1"]
    assert [path.read_bytes() for path in aside(progress)] == [bytes(content)]
    said = capsys.readouterr().err
    assert said == f"{progress} was not readable. It is kept as progress.db.broken-1, and a new one begins.\n"


def test_a_broken_file_that_several_find_is_kept_once(progress: Path) -> None:
    progress.parent.mkdir()
    progress.write_bytes(b"no database" * 1000)
    found = [start(BOTH) for _number in range(4)]
    said = "".join(process.communicate(timeout=120)[1] for process in found)
    assert said.count("not readable") == 1, said
    assert len(aside(progress)) == len(list(progress.parent.glob("*.broken-*"))) == 1
    assert len(attempts.every()) == 4 * 40


def test_several_make_the_file_and_write_at_once() -> None:
    found = [start(BOTH) for _number in range(4)]
    ends = [(process.communicate(timeout=120)[1], process.returncode) for process in found]
    assert ends == [("", 0)] * 4
    assert len(attempts.every()) == 4 * 40
    with store.opened() as connection:
        assert connection.execute("SELECT count(*) FROM cards").fetchone()[0] == 40


def test_a_process_that_is_killed_loses_nothing_that_it_was_told_is_written() -> None:
    acknowledged: set[str] = set()
    for _round in range(4):
        with start(WRITES) as process:
            assert process.stdout
            said = process.stdout.readline()
            time.sleep(random.uniform(0.01, 0.3))
            process.kill()
            said += (
                process.stdout.read()
            )  # not communicate(), which would pass by what readline() has buffered
        assert process.returncode == -signal.SIGKILL
        acknowledged |= {line.strip() for line in said.splitlines(keepends=True) if line.endswith("\n")}
    assert len(acknowledged) > 4
    found = ids()
    assert acknowledged <= found
    assert len(found) <= len(acknowledged) + 4  # of each process at most one that it could not yet tell


def test_a_file_that_is_locked_for_too_long(progress: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts.add(Attempt("task", "01.1", True))
    monkeypatch.setattr(store, "PATIENCE", 0.1)
    with closing(sqlite3.connect(progress)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProgressError, match=r"database is locked\.\nNothing was written down"):
            attempts.add(Attempt("task", "01.2", True))
    assert not aside(progress)
    assert len(attempts.every()) == 1


def test_a_place_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DRYDOCK_PROGRESS", str(tmp_path / "file" / "progress.db"))
    with pytest.raises(ProgressError, match="can't be used"):
        attempts.every()
