"""The harness that proves tasks, proved: each kind of bad check or bad proof is refused."""

from __future__ import annotations

from typing import Any

import pytest

from drydock.checks.report import Observation, Report
from tests import harness

STATES = {
    "": "not yet",
    "right": "passed",
    "also right": "passed",
    "a": "not yet",
    "b": "not yet",
    "c": "not yet",
}


class Desk:
    """What a client is to the harness here: a place where a setup leaves a word, and a check may leave rubbish."""

    word = ""
    rubbish = False


def put(word: str) -> harness.Setup:
    return lambda desk: setattr(desk, "word", word)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A proof that is accepted; each test spoils one thing of it."""
    verdicts: dict[str, Any] = {
        "words": dict(STATES),
        "what": "the word",
        "hint": "look again",
        "litters": False,
    }

    def check(task_id: str, desk: Desk) -> Report:
        desk.rubbish = verdicts["litters"]
        holds = verdicts["words"][desk.word] == "passed"
        return Report(
            task_id, "a test", (Observation(verdicts["what"], "", "", holds, verdicts["hint"]),), 0.0
        )

    monkeypatch.setattr(harness, "check", check)
    monkeypatch.setattr(harness, "ours", lambda desk: {"rubbish"} if desk.rubbish else set())
    return verdicts


def clean(desk: Desk) -> None:
    desk.word, desk.rubbish = "", False


def proved(**changes: Any) -> None:
    parts: dict[str, Any] = {
        "solution": put("right"),
        "alternatives": [put("also right")],
        "near_misses": {name: (put(name), "the word") for name in "abc"},
        "clean": clean,
    }
    harness.prove(Desk(), "99.1", **{**parts, **changes})


def test_a_right_check_is_accepted(world: dict[str, Any]) -> None:
    proved()


@pytest.mark.parametrize(
    ("word", "verdict", "complaint"),
    [
        ("", "passed", "passes at the start"),
        ("right", "not yet", "solution does not pass"),
        ("also right", "not yet", "alternative <lambda> does not pass"),
        ("b", "passed", "near miss b passes"),
    ],
)
def test_a_check_that_judges_wrongly(world: dict[str, Any], word: str, verdict: str, complaint: str) -> None:
    world["words"][word] = verdict
    with pytest.raises(AssertionError, match=complaint):
        proved()


@pytest.mark.parametrize(
    ("part", "value", "complaint"),
    [
        ("what", "something else", "fails for 'something else', not 'the word'"),
        ("hint", "", "gets no hint"),
        ("litters", True, "the check changed the engine's state"),
    ],
)
def test_a_check_that_sees_the_wrong_thing(
    world: dict[str, Any], part: str, value: Any, complaint: str
) -> None:
    world[part] = value
    with pytest.raises(AssertionError, match=complaint):
        proved()


def test_a_proof_that_is_too_thin(world: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="at least one alternative"):
        proved(alternatives=[])
    with pytest.raises(AssertionError, match="at least three near misses"):
        proved(near_misses={"a": (put("a"), "the word")})
