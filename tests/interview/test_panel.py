"""The panel of an interview, as hands use it; proofs are run on the engine in test_proofs_1 to 3."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from drydock import clocks
from drydock.clocks import Ticker
from drydock.drills.panel import DrillPanel
from drydock.errors import EngineUnavailableError
from drydock.interview import asking, panel, proving, repairing, timed
from drydock.interview.asking import Asking, ProofBox
from drydock.interview.bank import find, load
from drydock.interview.closing import Closing
from drydock.interview.panel import Interview
from drydock.interview.proving import Outcome
from drydock.interview.repairing import Repairing
from drydock.learning import attempts, rendering
from drydock.learning.store import ProgressError
from drydock.markup import inline

COURSE = Path(__file__).resolve().parents[2]


def ticking() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if isinstance(one, Ticker)]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(panel, "_open", None)
    yield
    if panel._open is not None:
        panel._open.close()
    assert not ticking()


def begun(minutes: int = 15, seed: int = 1) -> Interview:
    made = Interview(seed)
    made.length.value = minutes
    made.start_button.click()
    return made


def asked(made: Interview) -> Asking:
    assert isinstance(made.step, Asking)
    return made.step


def answer(made: Interview, mark: str, text: str = "") -> None:
    step = asked(made)
    step.text.value = text
    step.show_button.click()
    for choice in step.marks:
        choice.value = mark
    step.next_button.click()


def at_drill() -> Interview:
    made = begun()
    for _number in range(3):
        answer(made, "hit")
    assert isinstance(made.step, Repairing)
    return made


def refused() -> Any:
    raise EngineUnavailableError("No engine answers.", "Nothing runs.", "`drydock doctor` says more.")


class Drill(DrillPanel):
    """A drill's panel whose buttons need no engine."""

    def start(self) -> None:
        self.state = "running"

    def end(self) -> None:
        if self.state == "ready":
            return
        assert self.state == "running"
        self.state = "ended"
        attempts.add(attempts.Attempt("drill", self.drill.slug, passed=False, seconds=30))


def test_a_whole_interview() -> None:
    made = begun()
    assert made.mock is not None and len(made.mock.plan.questions) == 3
    for number, question in enumerate(made.mock.plan.questions):
        step = asked(made)
        assert step.question is question and f"Question {number + 1} of 3" in step.ask.value
        answer(made, ("hit", "missed", "partly")[number], f"answer {number}")
    assert [one.details["text"] for one in attempts.every("question")] == ["answer 0", "answer 1", "answer 2"]
    assert [one.passed for one in attempts.every("question")] == [True, False, True]
    assert isinstance(made.step, Repairing) and made.mock.plan.drill.title in made.step.children[0].value
    made.step.next_button.click()
    assert isinstance(made.step, Closing) and made.bar.layout.display == "none"
    shown = made.step.shown.outputs[0]["data"]["text/markdown"]
    assert "**Overall: 50%**" in shown and made.mock.plan.questions[1].ask in shown and "left out" in shown


def test_an_answer_is_rated_only_after_it_was_shown_and_as_a_whole() -> None:
    step = asked(begun())
    assert step.below.children == ()
    step.show_button.click()
    assert step.text.disabled and step.show_button.disabled and step.next_button.disabled
    assert len(step.marks) == len(step.question.rubric)
    for choice in step.marks:
        assert choice.value is None and step.next_button.disabled
        choice.value = "partly"
    assert not step.next_button.disabled


def test_follow_ups_come_one_by_one_and_wrong_answers_when_asked_for() -> None:
    step = asked(begun())
    step.show_button.click()
    total = len(step.question.follow_ups)
    assert step.followed.value == "" and step.mistakes.value == ""
    for number in range(1, total + 1):
        assert f"{total - number + 1} left" in step.more_button.description
        step.more_button.click()
        assert step.followed.value.count("<strong>") == number
    assert step.more_button.disabled
    step.others_button.click()
    assert step.mistakes.value.count("<strong>") == len(step.question.wrong)


def test_texts_are_escaped_and_code_is_code() -> None:
    for question in load():
        parts = [asking.views.question(question, 1, 1), asking.views.aside("", question.answer)]
        parts += [asking.views.mistakes(question.wrong), rendering.sources(question)]
        for html in parts:
            assert "`" not in html, (question.id, html)
    assert inline("a `<b>` & <i>") == "a <code>&lt;b&gt;</code> &amp; &lt;i&gt;"


def test_the_clock_runs_and_ends_with_the_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "TICK", 0.02)
    made = begun()
    before, (thread,) = made.time.value, ticking()
    assert made.mock is not None
    made.mock.whole._before += 61  # a minute goes by
    deadline = time.monotonic() + 5
    while made.time.value == before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "01:01" in made.time.value
    made.pause_button.click()
    assert not ticking() and made.mock.paused and made.pause_button.description == "Go on"
    made.pause_button.click()
    assert len(ticking()) == 1 and not made.mock.paused
    made.close()
    thread.join(5)
    assert not ticking() and made.mock.paused


def test_a_clock_that_nobody_looks_at_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "TICK", 0.02)
    made = begun()
    assert made.mock is not None
    made.mock.whole._before += timed.LONGEST + 1  # this time goes by
    deadline = time.monotonic() + 5
    while ticking() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert made.mock.paused and "stopped" in made.note.value
    made.pause_button.click()
    time.sleep(0.1)
    assert not made.mock.paused and made.note.value == "" and ticking()


def test_left_and_taken_up_again_in_the_same_kernel() -> None:
    old = begun()
    answer(old, "hit")
    mock, step = old.mock, asked(old)
    step.text.value = "half a thought"
    step.show_button.click()
    step.marks[0].value = "partly"
    step.more_button.click()
    new = Interview()
    assert mock is not None and mock.paused and not ticking()
    assert "newer panel" in old.children[0].value
    new.take_up_button.click()
    assert new.mock is mock and not mock.paused and len(ticking()) == 1
    again = asked(new)
    assert again.text.value == "half a thought" and again.text.disabled
    assert again.marks[0].value == "partly" and again.marks[1].value is None
    assert again.followed.value == step.followed.value != ""
    for choice in again.marks:
        choice.value = "hit"
    again.next_button.click()
    assert len(attempts.every("question")) == 2


def test_one_that_was_left_is_there_in_the_panel_after_next_and_after_a_close() -> None:
    first = begun()
    mock = first.mock
    first.close()
    Interview()
    third = Interview()
    third.take_up_button.click()
    assert third.mock is mock


def test_a_new_start_ends_the_one_that_was_left() -> None:
    old = begun()
    mock, step = old.mock, asked(old)
    step.show_button.click()
    for choice in step.marks:
        choice.value = "hit"  # rated, and not gone on
    new = Interview(seed=2)
    new.start_button.click()
    assert mock is not None and mock.ended and new.mock is not mock
    assert [one.item for one in attempts.every("question")] == [step.question.id]


def test_broken_off_here() -> None:
    made = begun(30)
    answer(made, "missed")
    made.end_button.click()
    assert isinstance(made.step, Closing) and not ticking()
    assert "It was broken off." in made.step.shown.outputs[0]["data"]["text/markdown"]
    assert len(attempts.every("question")) == 1
    assert Interview()._left is None


def test_a_full_disk_keeps_the_answer_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    made = begun()

    def full(*_any: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(attempts, "write", full)
        answer(made, "hit", "kept")
        assert "no space left" in made.note.value
        assert asked(made).text.value == "kept" and attempts.every() == []
    asked(made).next_button.click()
    assert made.note.value == "" and len(attempts.every()) == 1


def test_proves_on_the_engine_with_lines_and_both_results(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = find("container-or-vm").proof
    assert proof is not None
    engine = object()
    ran = []

    def prove(client: object, one: object) -> Outcome:
        ran.append((client, one))
        return Outcome(proof.result, "something else")

    monkeypatch.setattr(proving, "prove", prove)
    box = ProofBox(proof, lambda: engine)  # type: ignore[arg-type, return-value]
    assert box.seen.value == "" and ran == []
    box.run.click()
    assert ran == [(engine, proof)] and not box.run.disabled
    assert "boot_id" in box.seen.value and "len(answers)" in box.seen.value
    assert box.note.value == "" and box.seen.value.count("✓") == 1 and box.seen.value.count("✗") == 1
    assert "something else" in box.seen.value and "where 2 was expected" in box.seen.value


def test_no_engine_is_said_and_the_interview_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = find("container-or-vm").proof
    assert proof is not None
    box = ProofBox(proof, refused)
    box.run.click()
    assert "No engine answers." in box.note.value and box.outcome is None and not box.run.disabled
    made = at_drill()
    step = made.step
    assert isinstance(step, Repairing) and made.mock is not None
    step._connect = refused
    step.start_button.click()
    assert "No engine answers." in step.note.value and "leave the drill out" in step.note.value
    assert made.mock.drill_begun is None and not step.start_button.disabled
    step.next_button.click()
    assert isinstance(made.step, Closing) and "left out" in made.step.report.markdown()


def test_the_drill_is_got_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairing, "DrillPanel", Drill)
    made = at_drill()
    step = made.step
    assert isinstance(step, Repairing) and made.mock is not None
    step._connect = object
    step.start_button.click()
    assert step.start_button.disabled and isinstance(step.panel, Drill)
    assert step.panel.drill is made.mock.plan.drill and step.panel.seed == 1
    step.panel.start()
    step.next_button.click()
    assert step.panel.state == "ended"
    assert isinstance(made.step, Closing) and "not repaired" in made.step.report.markdown()
    assert step.panel in made.place.children, "it may still ask about what is left"


def test_end_here_ends_the_drill_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairing, "DrillPanel", Drill)
    made = at_drill()
    assert isinstance(made.step, Repairing)
    made.step._connect = object
    made.step.start_button.click()
    drill = made.step.panel
    assert isinstance(drill, Drill)
    drill.start()
    made.end_button.click()
    assert drill.state == "ended"
    assert isinstance(made.step, Closing) and "not repaired" in made.step.report.markdown()


def test_a_report_that_can_not_be_made_is_said_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = at_drill()
    assert isinstance(made.step, Repairing) and made.mock is not None
    made.mock.drill_begun = attempts.now()

    def locked(*_any: object) -> None:
        raise ProgressError("The file is locked.", "Nothing was read.", "wait.")

    with monkeypatch.context() as patch:
        patch.setattr(attempts, "every", locked)
        made.step.next_button.click()
        assert "The file is locked." in made.note.value and isinstance(made.step, Repairing)
    made.step.next_button.click()
    assert isinstance(made.step, Closing) and made.note.value == ""


def test_a_second_click_is_not_meant_for_the_next_question() -> None:
    made = begun()
    first = asked(made)
    first.show_button.click()
    first.marks[0].value = "hit"
    below = first.below.children
    first.show_button.click()
    assert first.below.children == below
    for choice in first.marks:
        choice.value = "hit"
    first.next_button.click()
    first.next_button.click()
    first.show_button.click()
    assert made.note.value == "" and not asked(made).answer.shown
    assert len(attempts.every("question")) == 1


def test_a_report_stays_when_a_newer_panel_is_there() -> None:
    old = begun()
    old.end_button.click()
    step = old.step
    new = Interview()
    assert old.place.children == (step,) and new.take_up_button not in new.place.children[-1].children
    new.close()


def test_a_drill_that_was_got_and_never_started_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairing, "DrillPanel", Drill)
    made = at_drill()
    assert isinstance(made.step, Repairing)
    made.step._connect = object
    made.step.start_button.click()
    made.step.next_button.click()
    assert isinstance(made.step, Closing) and "left out" in made.step.report.markdown()
    assert made.place.children == (made.step,), "it can't be started below the report"


def test_export_writes_two_files_and_overwrites_none(tmp_path: Path) -> None:
    made = begun()
    answer(made, "missed")
    made.end_button.click()
    step = made.step
    assert isinstance(step, Closing)
    step.name.value = "mine"
    step.export_button.click()
    before = (tmp_path / "mine.md").read_text()
    assert "# Mock interview" in before and json.loads((tmp_path / "mine.json").read_text())["share"] == 0
    step.export_button.click()
    assert step.note.value.count("there already") == 2 and (tmp_path / "mine.md").read_text() == before


def test_what_stands_for_a_panel_where_no_widget_is() -> None:
    made = Interview(1)
    assert "choose a role" in repr(made)
    made.start_button.click()
    assert repr(made).startswith("# Mock interview")


def test_the_notebook_has_no_outputs_and_cells_that_work() -> None:
    notebook = nbformat.read(COURSE / "practice" / "interview.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    names: dict[str, Any] = {}
    for cell in code[:-1]:  # the last one needs an engine
        exec(cell.source, names)
    assert names["question"].proof is not None
    compile(code[-1].source, "prove", "exec")


def test_the_images_that_a_proof_needs_are_read_from_its_lines() -> None:
    assert proving.needed(find("container-or-vm").proof) == ["debian:trixie-slim", "python:3.13-slim"]  # type: ignore[arg-type]
