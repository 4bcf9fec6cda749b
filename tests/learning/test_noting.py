"""Checks of exercises are written down, and go on where that fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drydock.checks import check, hint, hints, noting, registry
from drydock.checks.registry import Task
from drydock.checks.see import See
from drydock.learning import attempts, reviews
from drydock.learning.attempts import now


@pytest.fixture(autouse=True)
def task(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task whose check passes for the client True, fails for False, and is broken for None."""

    def look(client: Any, see: See) -> None:
        see.expect("a thing", expected=True, actual=client, holds=client / 1, hint="look again")

    monkeypatch.setitem(registry._tasks, "01.99", Task("01.99", "a test", ("a", "b", "c"), look))
    monkeypatch.setattr(hints, "_given", {})
    monkeypatch.setattr(noting, "_said", [])


def test_each_check_is_an_attempt() -> None:
    assert not check("01.99", 0).passed
    for _number in range(5):
        hint("01.99")
    assert check("01.99", 1).passed
    first, second = attempts.every()
    assert [(one.kind, one.item, one.passed, one.hints) for one in (first, second)] == [
        ("task", "01.99", False, 0),
        ("task", "01.99", True, 3),
    ]
    assert first.seconds is not None and 0 <= first.seconds < 5
    following = reviews.following()
    assert following and following.item == "01.99" and following.due > now()


def test_a_check_that_could_not_look_is_no_attempt() -> None:
    report = check("01.99", "no number")
    assert report.observations[0].what == "the check itself"
    assert attempts.every() == []


def test_a_check_goes_on_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DRYDOCK_PROGRESS", str(tmp_path / "file" / "progress.db"))
    assert [check("01.99", client).passed for client in (0, 1, 1)] == [False, True, True]
    said = capsys.readouterr().err
    assert said.count("This check is not in your progress") == 1
    assert "Not a directory" in said or "File exists" in said
