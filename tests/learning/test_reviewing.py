"""A review, in the terminal and in a notebook."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from drydock.checks import registry
from drydock.drills.drill import every
from drydock.engine import paths
from drydock.interview.bank import load
from drydock.learning import agenda, asking, attempts, outcomes, reviews, transfer
from drydock.learning.attempts import Attempt, now
from drydock.learning.panel import ReviewPanel
from drydock.learning.reviews import Rating
from drydock.learning.store import ProgressError
from drydock.markup import inline
from tests.learning.processes import ROOT

LONG_AGO = now() - timedelta(days=400)
DRYDOCK = [sys.executable, "-c", "from drydock.cli import main; main()"]


def drydock(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command as in a terminal, with this input."""
    return subprocess.run(
        [*DRYDOCK, *arguments], input=typed, capture_output=True, text=True, timeout=120, cwd=ROOT
    )


def fill() -> None:
    """A question, a task and a drill that are due, and one of each that the course does not have."""
    outcomes.answer("container-or-vm", Rating.Again, at=LONG_AGO)
    outcomes.answer("no-such-question", Rating.Again, at=LONG_AGO)
    for kind, item in (("task", "06.2"), ("task", "06.99"), ("drill", every()[0].slug), ("drill", "none")):
        outcomes.record(Attempt(kind, item, False, at=LONG_AGO))  # type: ignore[arg-type]


def test_new_questions_come_from_lessons_that_were_begun() -> None:
    assert [entry.lesson for entry in agenda.entries()] == ["01"] * agenda.NEW
    attempts.add(Attempt("task", "06.1", True))
    found = agenda.entries(new=20)
    of_06 = [question.id for question in load() if question.lesson == "06"]
    assert 10 < len(of_06) < 20
    assert [entry.item for entry in found] == [*of_06, *(one.id for one in load()[: 20 - len(of_06)])]
    assert all(entry.new and entry.question for entry in found)
    assert len(agenda.entries(limit=3)) == 3 and agenda.entries(new=0) == []


def test_a_few_are_new_on_a_day() -> None:
    first, second, *_rest = load()
    outcomes.answer(first.id, Rating.Easy)
    outcomes.answer(second.id, Rating.Easy, at=LONG_AGO)
    fresh = [entry.item for entry in agenda.entries() if entry.new]
    assert len(fresh) == agenda.NEW - 1
    assert not {first.id, second.id} & set(fresh)
    assert len([one for one in agenda.entries(at=now() + timedelta(days=1)) if one.new]) == agenda.NEW


def test_what_is_due_comes_first_and_what_is_gone_is_left_out() -> None:
    fill()
    found = agenda.entries(new=2)
    assert [(entry.kind, entry.new) for entry in found] == [
        ("question", False),
        *[(kind, False) for _item, kind in sorted(((every()[0].slug, "drill"), ("06.2", "task")))],
        ("question", True),
        ("question", True),
    ]
    task = next(entry for entry in found if entry.kind == "task")
    assert task.title == registry.find("06.2").title
    assert task.notebook.endswith("exercises/06_lifecycle_and_limits.ipynb")
    drill = next(entry for entry in found if entry.kind == "drill")
    assert drill.title == every()[0].title and drill.notebook.endswith("practice/drills.ipynb")
    for entry, kind in ((task, "exercises"), (drill, "practice")):
        assert (ROOT / entry.notebook).parent == paths.work() / kind, "the learner's copy"
        assert (ROOT / kind / Path(entry.notebook).name).exists()


def test_in_a_terminal() -> None:
    fill()
    question, new = load()[0], next(one for one in load() if one.lesson == "06")
    done = drydock("review", "--new", "1", typed="\n9\n3\n\n1\n")
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    for part in (
        "1/4 lesson 01, easy",
        question.ask,
        question.answer.strip(),
        question.rubric[0],
        question.follow_ups[0].ask,
        question.wrong[0].because,
        question.sources[0].link,
        "A number from 1 to 4, please",
        "exercise 06.2: ",
        "exercises/06_lifecycle_and_limits.ipynb`.",
        f"drill {every()[0].slug}: ",
        f"practice/drills.ipynb`, or type `drydock drill start {every()[0].slug}`",
        "4/4 new, lesson 06",
        "Questions rated: 2.",
        "Due now: 2.",
    ):
        assert part in text, part
    assert text.index(question.ask) < text.index(question.answer.strip()) < text.index("How well")
    rated = [(one.item, one.details["rating"]) for one in attempts.every("question") if one.at > LONG_AGO]
    assert rated == [(question.id, 3), (new.id, 1)]
    seconds = attempts.every("question")[-1].seconds
    assert seconds is not None and seconds < 30


@pytest.mark.parametrize("typed", ["", "q\n", "\n", "\nq\n"])
def test_one_may_stop_at_any_time(typed: str) -> None:
    done = drydock("review", typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Nothing is due, and nothing comes back yet." in done.stdout
    assert attempts.every() == []


def test_when_the_next_one_is_due() -> None:
    comes = outcomes.answer("container-or-vm", Rating.Easy).due
    done = drydock("review", "--new", "0")
    assert done.stdout == f"Nothing more is due. The next one is due on {comes.astimezone().date()}.\n"


def test_the_commands_for_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    file = tmp_path / "mine.json"
    assert drydock("progress", "export", str(file)).stdout == f"{file}: 6 attempts\n"
    monkeypatch.setenv("DRYDOCK_PROGRESS", str(tmp_path / "other.db"))
    assert drydock("progress", "import", str(file)).stdout == f"{transfer.Merged(6, 6)}\n"
    deck = drydock("review", "export-anki", str(tmp_path / "a.apkg"))
    assert deck.stdout == f"{tmp_path / 'a.apkg'}: {len(load())} questions\n"
    refused = drydock("progress", "import", str(tmp_path / "a.apkg"))
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert "no progress that drydock has exported" in refused.stderr


def shown(panel: ReviewPanel) -> str:
    return " ".join((panel.heading.value, panel.asked.value, panel.answer.value, panel.note.value))


def test_in_a_notebook() -> None:
    fill()
    question, new = load()[0], next(one for one in load() if one.lesson == "06")
    panel = ReviewPanel(new=1)
    assert panel.row.children == (panel.show,)
    assert "1/4" in shown(panel) and panel.answer.value == ""
    assert repr(panel) == f"1/4  lesson 01, easy\n{question.ask}"
    panel.show.click()
    assert panel.row.children == tuple(panel.ratings.values())
    for text in (question.answer, question.rubric[0], question.follow_ups[0].ask, question.sources[0].link):
        assert inline(text) in panel.answer.value
    panel.ratings[Rating.Good].click()
    for number in (2, 3):
        assert panel.row.children == (panel.next,) and f"{number}/4" in shown(panel)
        panel.next.click()
    assert panel.entry and panel.entry.item == new.id
    panel.show.click()
    panel.ratings[Rating.Easy].click()
    assert panel.entry is None and panel.row.children == ()
    assert panel.rated == 2 and "Questions rated: 2." in shown(panel) and "Questions rated: 2." in repr(panel)
    rated = [(one.item, one.details["rating"]) for one in attempts.every("question") if one.at > LONG_AGO]
    assert rated == [(question.id, 3), (new.id, 4)]
    assert new.id in {one.item for one in reviews.due(within=timedelta(days=30))}


def test_a_rating_that_can_not_be_written_may_be_given_again(
    progress: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = ReviewPanel(limit=1)
    panel.show.click()
    (tmp_path / "file").write_text("")
    with monkeypatch.context() as patch:
        patch.setenv("DRYDOCK_PROGRESS", str(tmp_path / "file" / "progress.db"))
        panel.ratings[Rating.Good].click()
    assert "Nothing was written down." in panel.note.value and panel.entry and panel.rated == 0
    panel.ratings[Rating.Good].click()
    assert panel.entry is None and len(attempts.every()) == 1


def test_a_second_click_does_not_rate_what_was_not_shown() -> None:
    panel = ReviewPanel()
    panel.show.click()
    known = panel.ratings[Rating.Good]
    known.click()
    known.click()
    assert panel.rated == len(attempts.every()) == 1 and panel.answer.value == ""
    assert panel.row.children == (panel.show,)


def test_an_end_that_can_not_be_told_is_no_dead_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = ReviewPanel(limit=1)
    panel.show.click()

    def locked(_rated: int) -> str:
        raise ProgressError("The file is locked.", "Nothing was read.", "wait.")

    monkeypatch.setattr(asking, "closing", locked)
    panel.ratings[Rating.Good].click()
    assert panel.entry is None and "That is all for now." in panel.heading.value
    assert "The file is locked." in panel.note.value and panel.row.children == ()


def test_a_panel_takes_the_colours_of_the_page() -> None:
    panel = ReviewPanel()
    panel.show.click()
    values = [panel.heading.value, panel.asked.value, panel.answer.value]
    assert all("color: var(--jp-ui-font-color1" in value for value in values)


def test_a_panel_looks_again() -> None:
    panel = ReviewPanel(limit=1)
    first = panel.entry
    panel.show.click()
    panel.ratings[Rating.Good].click()
    assert panel.entry is None
    panel.again.click()
    assert panel.entry is not None and first is not None and panel.entry.item != first.item
    assert panel.rated == 1
