"""What learners wrote stays theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from drydock.errors import SetupError
from drydock.workcopy import RECORD, fresh_copy, start_over


@pytest.fixture
def exercise(tmp_path: Path) -> Path:
    path = tmp_path / "exercises" / "01_small.ipynb"
    path.parent.mkdir()
    path.write_text("first")
    return path


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "work"


def test_first_call_copies(exercise: Path, work: Path) -> None:
    copy = fresh_copy(exercise, work)
    assert (copy, copy.read_text()) == (work / "01_small.ipynb", "first")
    assert sorted(path.name for path in work.iterdir()) == [RECORD, "01_small.ipynb"]


def test_unchanged_copy_follows_updates(exercise: Path, work: Path) -> None:
    fresh_copy(exercise, work)
    for version in ("second", "third"):
        exercise.write_text(version)
        assert fresh_copy(exercise, work).read_text() == version


def test_changed_copy_is_kept(exercise: Path, work: Path) -> None:
    fresh_copy(exercise, work).write_text("mine")
    exercise.write_text("second")
    for _ in range(2):
        assert fresh_copy(exercise, work).read_text() == "mine"


@pytest.mark.parametrize("record", [None, "{half a rec", "[]"])
def test_copy_of_unknown_origin_is_kept(exercise: Path, work: Path, record: str | None) -> None:
    fresh_copy(exercise, work)
    (work / RECORD).unlink()
    if record is not None:
        (work / RECORD).write_text(record)
    exercise.write_text("second")
    assert fresh_copy(exercise, work).read_text() == "first"


def test_run_that_ended_before_the_record_is_repaired(exercise: Path, work: Path) -> None:
    copy = fresh_copy(exercise, work)
    exercise.write_text("second")
    copy.write_text("second")
    fresh_copy(exercise, work)
    exercise.write_text("third")
    assert fresh_copy(exercise, work).read_text() == "third"


def test_start_over_moves_the_old_ones_aside(exercise: Path, work: Path) -> None:
    for text in ("mine", "mine again"):
        fresh_copy(exercise, work).write_text(text)
        assert start_over(exercise, work).read_text() == "first"
    assert (work / "01_small.old-1.ipynb").read_text() == "mine"
    assert (work / "01_small.old-2.ipynb").read_text() == "mine again"


def test_missing_exercise_is_an_error_and_moves_nothing(exercise: Path, work: Path) -> None:
    copy = fresh_copy(exercise, work)
    exercise.unlink()
    for call in (fresh_copy, start_over):
        with pytest.raises(SetupError, match="01_small"):
            call(exercise, work)
    assert copy.read_text() == "first"
