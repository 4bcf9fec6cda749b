"""Progress as one file: there and back, twice, and files that are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drydock.learning import attempts, outcomes, reviews, store, transfer
from drydock.learning.attempts import Attempt
from drydock.learning.reviews import Rating
from drydock.learning.store import ProgressError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAR = timedelta(days=999)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """An export of some attempts and cards, all of which are here, too."""
    outcomes.record(Attempt("task", "01.1", False, 2, 0.25, at=NOON))
    outcomes.record(Attempt("drill", "late_logs", False, 1, 300.5, {"seed": 7, "text": "ä\n"}, NOON))
    outcomes.answer("container-or-vm", Rating.Good, 61, NOON)
    file = tmp_path / "out" / "mine.json"
    assert transfer.export(file) == 3
    return file


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filled: Path) -> Path:
    """The same export, on another computer."""
    monkeypatch.setenv("DRYDOCK_PROGRESS", str(tmp_path / "other" / "progress.db"))
    return filled


def everything() -> tuple[list[Attempt], list[tuple[Any, ...]]]:
    with store.opened() as connection:
        cards = [tuple(row) for row in connection.execute("SELECT * FROM cards ORDER BY kind, item")]
        return attempts.read(connection), cards


def test_there_and_back(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = everything()
    monkeypatch.setenv("DRYDOCK_PROGRESS", str(tmp_path / "other" / "progress.db"))
    assert transfer.merge(filled) == transfer.Merged(3, 3)
    assert everything() == here
    assert transfer.merge(filled) == transfer.Merged(0, 0)
    assert everything() == here
    assert len(here[0]) == len(here[1]) == 3


def test_a_merge_loses_nothing(elsewhere: Path) -> None:
    outcomes.record(Attempt("task", "02.1", False, at=NOON))
    later = outcomes.answer("container-or-vm", Rating.Easy, 30, NOON + timedelta(days=3))
    earlier = outcomes.record(Attempt("task", "01.1", False, at=NOON - timedelta(days=3)))
    assert transfer.merge(elsewhere) == transfer.Merged(3, 2)
    due = {one.item: one.due for one in reviews.due(NOON + FAR)}
    assert set(due) == {"01.1", "02.1", "late_logs", "container-or-vm"}
    assert due["container-or-vm"] == later.due  # ours is newer
    assert earlier and due["01.1"] > earlier.due  # theirs is
    assert len(attempts.every()) == 6
    assert transfer.merge(elsewhere) == transfer.Merged(0, 0)


def test_an_older_export_is_replaced_and_nothing_else(filled: Path, tmp_path: Path) -> None:
    outcomes.record(Attempt("task", "01.1", True))
    assert transfer.export(filled) == 4
    other = tmp_path / "letter.txt"
    other.write_text("Dear")
    for file in (other, store.place()):
        before = file.read_bytes()
        with pytest.raises(ProgressError, match=r"(?s)no progress that drydock has exported.*choose another"):
            transfer.export(file)
        assert file.read_bytes() == before
    with pytest.raises(ProgressError, match="can't be written"):
        transfer.export(other / "mine.json")


def test_an_export_that_has_more_is_no_older_one(elsewhere: Path) -> None:
    before = elsewhere.read_bytes()
    outcomes.record(Attempt("task", "09.1", True))
    with pytest.raises(
        ProgressError,
        match=r"(?s)has attempts that your progress does not have.*\nIt was not changed.*import",
    ):
        transfer.export(elsewhere)
    assert elsewhere.read_bytes() == before
    transfer.merge(elsewhere)
    assert transfer.export(elsewhere) == 4


def test_a_card_from_a_wrong_clock_does_not_take_the_place_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes.answer("container-or-vm", Rating.Easy, 60, attempts.now() + FAR)
    ahead = tmp_path / "ahead.json"
    transfer.export(ahead)
    monkeypatch.setenv("DRYDOCK_PROGRESS", str(tmp_path / "other" / "progress.db"))
    assert transfer.merge(ahead) == transfer.Merged(1, 1)
    outcomes.answer("container-or-vm", Rating.Good, 60)
    here = everything()
    assert transfer.merge(ahead) == transfer.Merged(0, 0)
    assert everything() == here


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"\xff\xfe\x00", b"SQLite format 3\x00", b'{"format": "x", "version": 1}']
)
def test_a_file_that_is_none_of_ours(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_bytes(content)
    with pytest.raises(ProgressError, match="no progress that drydock has exported"):
        transfer.merge(file)
    with pytest.raises(ProgressError, match="can't be read: No such file"):
        transfer.merge(tmp_path / "none.json")


def test_one_of_a_newer_course(elsewhere: Path) -> None:
    content = {"format": "drydock-progress", "version": 2, "something": ["else"]}
    elsewhere.write_text(json.dumps(content))
    with pytest.raises(
        ProgressError, match=r"of version 2 of exports, and this course knows 1\.\nYour progress was not"
    ):
        transfer.merge(elsewhere)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("attempts", 1, "kind"), "song", r"Invalid enum value 'song' - at `\$.attempts\[1\].kind`"),
        (("attempts", 1, "hints"), -1, r"attempts\[1\].hints"),
        (("attempts", 1, "at"), "2026-03-01T12:00:00", "attempts"),
        (("attempts", 1, "at"), "0001-01-01T00:00:00+14:00", "out of range"),
        (("attempts", 1, "at"), "9999-12-31T23:30:00Z", "out of range"),
        (("attempts", 0, "more"), 1, "unknown field `more`"),
        (("cards", 0, "card", "state"), 9, "cards"),
        (("cards", 0, "card", "stability"), None, "has a stability"),
        (("cards", 0, "card", "due"), "tomorrow", "cards"),
    ],
)
def test_a_broken_export_changes_nothing(
    elsewhere: Path, place: tuple[Any, ...], value: object, said: str
) -> None:
    content = json.loads(elsewhere.read_text())
    found: Any = content
    for step in place[:-1]:
        found = found[step]
    found[place[-1]] = value
    elsewhere.write_text(json.dumps(content))
    with pytest.raises(ProgressError, match=rf"(?s)is broken: .*{said}.*Your progress was not changed"):
        transfer.merge(elsewhere)
    assert everything() == ([], [])
