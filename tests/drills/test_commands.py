"""`drydock drill`: each command is a process of its own, and goes on where the last one was."""

from __future__ import annotations

import time

import msgspec
import pytest
from typer.testing import CliRunner, Result

from drydock import practice_commands
from drydock.drills import clearing, commands, drill, terminal
from drydock.errors import DrydockError
from drydock.learning import attempts
from tests.drills import fake
from tests.drills.fake import Engine, Silent

SEED = "--seed=7"


@pytest.fixture(autouse=True)
def silent(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Silent:
    """The only drill is one that needs no engine; returns its set-up with the seed that the tests use."""
    only = fake.drill()
    for module in (commands, terminal, drill):
        monkeypatch.setattr(module, "find", lambda slug: only, raising=True)
    monkeypatch.setattr(commands, "connect", lambda lesson, quiet=False: engine)
    scene = only.scene(engine, 7)  # type: ignore[arg-type]
    assert isinstance(scene, Silent)
    return scene


def typed(*words: str, answer: str = "") -> Result:
    done = CliRunner().invoke(practice_commands.drill, list(words), input=answer)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_from_start_to_end(engine: Engine, silent: Silent) -> None:
    assert f"{silent.web} is silent" in typed("start", "silent", SEED).stdout
    first = typed("check")
    assert first.exit_code == 1 and "It says nothing." in first.stdout
    told = typed("hint").stdout
    assert "Look." in told and "1 of 3 hints; 01:00 (with 01:00 for hints)" in told
    assert silent.web in typed("hint").stdout, "the second hint, though another process gave the first"
    fake.repair(silent)
    second = typed("check")
    assert second.exit_code == 0 and "Passed in 02:0" in second.stdout
    assert typed("check").exit_code == 0
    assert "def repair(scene" in typed("give-up").stdout, "shown after it passed, too"
    done = typed("end", answer="n\n")
    assert silent.name("voice") in done.stdout
    assert set(engine.labels) == {silent.name("voice")} and not terminal.file().exists()
    [written] = attempts.every()
    assert (written.item, written.passed, written.hints) == ("silent", True, 2)
    assert written.details == {"seed": 7, "checks": 2, "end": "passed"}


def test_the_clock_counts_from_the_start_and_stops_at_the_end(silent: Silent) -> None:
    typed("start", "silent", SEED)
    kept = terminal.kept()
    assert kept is not None
    terminal.save(msgspec.structs.replace(kept, at=time.time() - 125))
    assert "02:05" in typed("story").stdout
    typed("give-up")
    kept = terminal.kept()
    assert kept is not None and kept.given_up and kept.clock is not None and 125 <= kept.clock < 135
    terminal.save(msgspec.structs.replace(kept, at=time.time() - 1000))
    assert "02:05" in typed("story").stdout
    typed("end")
    assert [(a.passed, a.details["end"]) for a in attempts.every()] == [(False, "given up")]


def test_a_clock_that_was_set_back_counts_nothing(silent: Silent) -> None:
    typed("start", "silent", SEED)
    kept = terminal.kept()
    assert kept is not None
    terminal.save(msgspec.structs.replace(kept, at=time.time() + 3600))
    assert "00:00" in typed("story").stdout


def test_left_without_a_repair(engine: Engine) -> None:
    typed("start", "silent", SEED)
    assert "Remove it" not in typed("end").stdout
    assert not engine.labels
    assert [a.details["end"] for a in attempts.every()] == ["left"]


@pytest.mark.parametrize(("option", "stays"), [("--remove", False), ("--no-remove", True)])
def test_an_end_without_a_question(engine: Engine, silent: Silent, option: str, stays: bool) -> None:
    typed("start", "silent", SEED)
    fake.repair(silent)
    assert "Remove it" not in typed("end", option).stdout
    assert (silent.name("voice") in engine.labels) is stays


@pytest.mark.parametrize("command", ["check", "hint", "give-up", "end", "story"])
def test_none_is_under_way(command: str) -> None:
    with pytest.raises(DrydockError, match="No drill is under way in the terminal"):
        typed(command)


def test_one_at_a_time(engine: Engine) -> None:
    typed("start", "silent", SEED)
    before = dict(engine.labels)
    with pytest.raises(DrydockError, match="The drill silent is under way"):
        typed("start", "silent")
    assert engine.labels == before


def test_a_start_that_fails_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Silent, "fails", RuntimeError("no more room"))
    with pytest.raises(DrydockError, match="no more room") as caught:
        typed("start", "silent")
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert not engine.labels and terminal.kept() is None


def test_a_file_that_can_not_be_read() -> None:
    terminal.file().parent.mkdir(parents=True)
    for content in ("{", '{"slug": "silent"}', '{"slug": 1, "seed": 7, "at": 0}'):
        terminal.file().write_text(content)
        with pytest.raises(DrydockError, match=r"terminal\.json can't be read"):
            typed("check")


def test_what_could_not_be_removed_is_said(engine: Engine, silent: Silent) -> None:
    engine.broken = ConnectionError("gone")
    error = clearing.failure(silent, "It is silent", RuntimeError("no more room"))
    assert "Not all that it had made could be removed: ConnectionError: gone." in error.state


def test_the_list_names_every_drill() -> None:
    told = typed("list").stdout
    assert [one.slug for one in drill.every() if one.slug not in told] == []
