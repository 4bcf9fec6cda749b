"""A drill's panel: clock, hints and their cost, checks, giving up, its end, and what is written down of it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from drydock import clocks
from drydock.clocks import Ticker, minutes
from drydock.drills import clearing, current, recording
from drydock.drills.panel import DrillPanel, Drills
from drydock.errors import DrydockError
from drydock.learning import attempts, reviews
from drydock.panels import Question, error
from tests.drills import fake
from tests.drills.fake import Engine, Silent


def panel(engine: Engine, slug: str = "silent", seed: int = 7) -> DrillPanel:
    return DrillPanel(engine, fake.drill(slug), seed)  # type: ignore[arg-type]


def started(engine: Engine, slug: str = "silent") -> DrillPanel:
    shown = panel(engine, slug)
    shown.start_button.click()
    assert shown.state == "running", shown.note.value
    return shown


def markdown(output: Any) -> str:
    return "\n".join(one["data"]["text/markdown"] for one in output.outputs)


def eventually(look: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 10
    while not look() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(look())


def ticking() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if isinstance(thread, Ticker)]


def test_a_start_shows_story_place_and_a_clock_that_runs(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "TICK", 0.02)
    shown = started(engine)
    scene = shown.practice.scene  # type: ignore[union-attr]
    assert markdown(shown.story) == f"> `{scene.web}` is silent."
    assert str(scene.folder) in shown.place.value
    assert engine.labels[scene.web]["dev.drydock.drill"] == scene.prefix
    assert engine.api.labels == {"before": "1"}, "the labels of the notebook's client are its own again"
    assert "00:00" in shown.time.value
    assert eventually(lambda: "00:01" in shown.time.value)
    shown.end()
    assert not ticking()


def test_hints_come_one_by_one_and_cost_a_minute_each(engine: Engine) -> None:
    shown = started(engine)
    for number in (1, 2, 3):
        shown.hint_button.click()
        assert f"Hint {number} of 3" in markdown(shown.hints).split("\n\n")[-2]
        assert f"0{number}:00 (with 0{number}:00 for hints)" in shown.time.value
    assert shown.hint_button.disabled
    shown.hint()
    assert len(shown.hints.outputs) == 3 and shown.practice.hints == 3  # type: ignore[union-attr]


def test_a_repair_stops_the_clock_and_is_written_down_once(engine: Engine) -> None:
    shown = started(engine)
    shown.check_button.click()
    assert shown.state == "running" and "It says nothing." in shown.report.value
    shown.hint_button.click()
    fake.repair(shown.practice.scene)  # type: ignore[union-attr]
    shown.check_button.click()
    assert shown.state == "passed" and "Passed in 01:00" in shown.note.value
    assert not ticking() and shown.hint_button.disabled
    shown.check()
    shown.give_up_button.click()
    assert "def repair(scene" in markdown(shown.solution)
    shown.end()
    [written] = attempts.every("drill")
    assert (written.item, written.passed, written.hints) == ("silent", True, 1)
    assert written.details == {"seed": 7, "checks": 2, "end": "passed"}
    assert 60 <= written.seconds < 90  # type: ignore[operator]


def test_giving_up_shows_the_repair_and_why(engine: Engine) -> None:
    shown = started(engine)
    shown.give_up_button.click()
    text = markdown(shown.solution)
    assert "def repair(scene" in text and "It was silent as nobody spoke." in text
    fake.repair(shown.practice.scene)  # type: ignore[union-attr]
    shown.check()
    assert "✓" in shown.report.value and shown.state == "given up"
    assert [(a.passed, a.details["end"]) for a in attempts.every()] == [(False, "given up")]
    in_a_week = attempts.now() + timedelta(days=7)
    assert [(one.kind, one.item) for one in reviews.due(in_a_week)] == [("drill", "silent")]


def test_the_end_asks_about_what_the_learner_made(engine: Engine) -> None:
    shown = started(engine)
    scene = shown.practice.scene  # type: ignore[union-attr]
    fake.repair(scene)
    engine.labels["other"] = {}
    shown.end_button.click()
    assert set(engine.labels) == {scene.name("voice"), "other"}
    assert scene.name("voice") in shown.question.children[0].value
    shown.question.yes.click()
    assert set(engine.labels) == {"other"} and not scene.folder.exists()
    assert shown.state == "ended" and not shown.question.children
    assert [(a.passed, a.details["end"]) for a in attempts.every()] == [(False, "left")]


def test_what_the_learner_made_stays_if_they_say_so(engine: Engine) -> None:
    shown = started(engine)
    scene = shown.practice.scene  # type: ignore[union-attr]
    fake.repair(scene)
    time.sleep(0.02)
    (scene.folder / "mine.txt").write_text("learnt a lot\n")
    shown.end()
    assert f"folder {scene.folder}" in shown.question.children[0].value
    shown.question.no.click()
    assert set(engine.labels) == {scene.name("voice")}
    assert (scene.folder / "mine.txt").exists()
    shown.end_button.click()  # on second thoughts
    shown.question.yes.click()
    assert not engine.labels and not scene.folder.exists() and shown.end_button.disabled


def test_what_can_not_be_removed_is_named(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = started(engine)
    folder = shown.practice.scene.folder  # type: ignore[union-attr]
    with monkeypatch.context() as patch:
        patch.setattr(
            clearing.shutil, "rmtree", lambda *_any, **_more: None
        )  # as where another user owns a file
        shown.end()
    assert f"Still there: folder {folder}" in shown.note.value


def test_a_drill_goes_on_with_the_client_of_the_cell(engine: Engine) -> None:
    shown, again = started(engine), Engine()
    again.labels, engine.broken = engine.labels, ConnectionError("gone")
    assert Drills(again).panel is shown  # type: ignore[arg-type]
    fake.repair(shown.practice.scene)  # type: ignore[union-attr]
    shown.check_button.click()
    assert shown.state == "passed"
    shown.end_button.click()
    shown.question.yes.click()
    assert not again.labels and "gone" not in shown.note.value


def test_a_question_outlives_the_next_pick(engine: Engine) -> None:
    chooser = Drills(engine)  # type: ignore[arg-type]
    old = started(engine)
    chooser._show(old)
    scene = old.practice.scene  # type: ignore[union-attr]
    fake.repair(scene)
    old.end_button.click()
    chooser.pick()
    assert chooser.panel is not old and chooser.place.children == (chooser.panel, old)
    old.question.yes.click()
    assert not engine.labels


def test_an_answer_that_comes_late_ends_nothing_without_a_question(engine: Engine) -> None:
    first, second, third = (panel(engine, name) for name in ("first", "second", "third"))
    first.start()
    fake.repair(first.practice.scene)  # type: ignore[union-attr]
    second.start()
    second.question.yes.click()  # end the first; what of its things?
    third.start()
    second.question.no.click()
    assert (second.state, third.state) == ("ready", "running")
    assert "It is third" in second.question.children[0].value


def test_an_untouched_folder_goes_without_a_question(engine: Engine) -> None:
    shown = started(engine)
    shown.end()
    assert not shown.question.children and not shown.practice.scene.folder.exists()  # type: ignore[union-attr]
    assert not engine.labels


def test_a_start_that_fails_is_undone_and_said(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Silent, "fails", RuntimeError("no more room"))
    shown = panel(engine)
    shown.start()
    assert "no more room" in shown.note.value and "All that it had made was removed." in shown.note.value
    assert shown.state == "ready" and not shown.start_button.disabled
    assert not engine.labels and not ticking() and current.under_way() is None
    monkeypatch.setattr(Silent, "fails", None)
    shown.start()
    assert shown.state == "running" and shown.note.value == ""
    # A name or a port may have been the reason: another seed has others.
    assert shown.practice is not None and shown.practice.scene.seed != 7


def test_what_only_has_the_set_ups_label_is_asked_about(engine: Engine) -> None:
    shown = started(engine)
    scene = shown.practice.scene  # type: ignore[union-attr]
    # A container has the labels of its image.
    engine.labels["my-notes"] = {"dev.drydock.drill": scene.prefix}
    shown.end()
    assert list(engine.labels) == ["my-notes"] and shown.question.waits
    shown.question.no.click()
    assert list(engine.labels) == ["my-notes"]
    shown.end()
    shown.question.yes.click()
    assert not engine.labels


def test_files_from_before_a_clock_was_set_back_are_asked_about(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = started(engine)
    scene = shown.practice.scene  # type: ignore[union-attr]
    now = time.time()
    monkeypatch.setattr(clearing.time, "time", lambda: now - 3600)
    shown.end()
    assert shown.question.waits and scene.folder.exists()


def test_names_that_are_taken_are_left_alone(engine: Engine) -> None:
    name = fake.drill().scene(engine, 7).name("web")  # type: ignore[arg-type]
    engine.labels[name] = {"whose": "somebody's"}
    shown = panel(engine)
    shown.start()
    assert shown.state == "ready" and name in shown.note.value
    assert engine.labels == {name: {"whose": "somebody's"}}


def test_another_start_asks_to_end_the_first(engine: Engine) -> None:
    first, second = started(engine, "first"), panel(engine, "second")
    second.start_button.click()
    assert "It is first" in second.question.children[0].value
    second.question.no.click()
    assert (first.state, second.state) == ("running", "ready") and current.under_way() is first
    fake.repair(first.practice.scene)  # type: ignore[union-attr]
    second.start_button.click()
    second.question.yes.click()
    assert first.state == "ended" and second.state == "ready", "it asks about the first one's things before"
    second.question.yes.click()
    assert second.state == "running" and current.under_way() is second
    assert set(engine.labels) == {second.practice.scene.web}  # type: ignore[union-attr]
    assert [a.item for a in attempts.every()] == ["first"]


@pytest.mark.parametrize("error", [sqlite3.OperationalError("locked"), OSError("disk full")])
def test_a_drill_goes_on_when_nothing_can_be_written_down(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_attempts: object) -> int:
        raise error

    monkeypatch.setattr(recording.outcomes, "record", fail)
    shown = started(engine)
    fake.repair(shown.practice.scene)  # type: ignore[union-attr]
    shown.check()
    assert shown.state == "passed" and str(error) in shown.note.value


def test_an_end_without_an_engine_frees_the_kernel_for_another(engine: Engine) -> None:
    shown = started(engine)
    engine.broken = ConnectionError("gone")
    shown.end()
    assert "gone" in shown.note.value and "Press End again" in shown.note.value
    assert current.under_way() is None and not ticking() and engine.labels
    engine.broken = None
    shown.end_button.click()
    assert shown.end_button.disabled and not engine.labels and "gone" not in shown.note.value
    assert [a.details["end"] for a in attempts.every()] == ["left"], "it ended once"


def test_a_closed_panel_has_no_clock(engine: Engine) -> None:
    shown = started(engine)
    assert len(ticking()) == 1
    shown.close()
    assert not ticking() and current.under_way() is None


@pytest.mark.parametrize(("seconds", "text"), [(0, "00:00"), (59.9, "00:59"), (61, "01:01"), (3600, "60:00")])
def test_minutes(seconds: float, text: str) -> None:
    assert minutes(seconds) == text


def test_an_error_is_told_with_its_lines_and_code() -> None:
    told = error(DrydockError("It <b>broke</b>.", "Now:\none, two", "`docker ps` says more."))
    assert "It &lt;b&gt;broke&lt;/b&gt;.<br>Now:<br>one, two<br>" in told
    assert "<code>docker ps</code> says more." in told
    assert "OSError: full" in error(OSError("full"))


def test_what_is_shown_is_escaped() -> None:
    question = Question()
    question.ask("<b>", ["container <i>"], lambda _yes: None)
    assert "<b>" not in question.children[0].value and "<i>" not in question.children[0].value
