"""What a report says, where its links lead, and its files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from drydock.interview import bank, links
from drydock.interview.cells import fenced, proof_lines
from drydock.interview.mock import MockInterview
from drydock.interview.planning import plan
from drydock.interview.report import Report, ReportError, report
from drydock.interview.roles import role
from drydock.learning import attempts
from drydock.learning.attempts import Attempt
from tests.interview.test_mock import answered

COURSE = Path(__file__).resolve().parents[2]


def one_of(*marks: str, text: str = "") -> Report:
    """Return the report of an interview whose questions got these marks, each for all of its points."""
    mock = MockInterview(plan(role("devops"), 30, 3))
    for mark in marks:
        assert mock.current is not None
        mock.current.text = text
        shown = mock.show(text)
        for number in range(len(shown.rubric)):
            mock.mark(number, mark)
        mock.go_on()
    mock.end()
    return report(mock)


def test_shares_by_lesson_and_level() -> None:
    made = one_of("hit", "missed", "hit", "partly", "hit", "missed", "hit")
    assert made.share == pytest.approx((4 + 0.5) / 7)
    assert list(made.by_level) == ["easy", "medium", "hard"]
    assert made.by_level == {"easy": 0.5, "medium": pytest.approx(2.5 / 3), "hard": 0.5}
    for lesson, part in made.by_lesson.items():
        own = [one.share for one in made.answers if one.question.lesson == lesson]
        assert part == pytest.approx(sum(own) / len(own))
    assert list(made.by_lesson) == sorted(made.by_lesson)
    shares = [made.by_lesson[lesson] for lesson in made.weak_topics]
    assert shares == sorted(shares) and all(part < 0.75 for part in shares)
    assert {lesson for lesson, part in made.by_lesson.items() if part < 0.75} == set(made.weak_topics)
    assert [one.share for one in made.weak] == [0, 0, 0.5]
    assert not made.broken_off


def test_weak_questions_are_told_with_section_and_proof() -> None:
    made = one_of("hit", "missed", text="Well, ```` a fence, and <script>")
    text = made.markdown(COURSE / "practice")
    assert "2 of 7 questions" in text and "broken off" in text and "**Overall: 50%**" in text
    (weak,) = made.weak
    assert f"### {weak.question.ask}" in text and made.answers[0].question.ask not in text
    assert all(f"- missed: {point}" in text for point in weak.question.rubric)
    assert "`````text\nWell, ```` a fence, and <script>\n`````" in text
    assert weak.question.proof is not None and weak.question.proof.run.strip() in text
    assert f"Weak topics: {links.lesson(weak.question.lesson, COURSE / 'practice')}." in text


def test_nothing_is_weak_where_all_was_hit() -> None:
    made = one_of("hit")
    assert made.weak == () and made.weak_topics == ()
    assert "No question has less than three quarters" in made.markdown()


def test_an_interview_without_an_answer() -> None:
    made = one_of()
    assert made.share is None and "Overall" not in made.markdown() and made.data()["share"] is None


@pytest.mark.parametrize("folder", ["practice", "work/practice", "docs"])
def test_links_lead_to_a_section_of_a_notebook(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(COURSE / "practice")
    for question in bank.load():
        found = links.link(question, COURSE / folder)
        way, _hash, heading = found.partition("#")
        assert not re.search(r"[\s()<>\"`]", found), (
            found
        )  # it would end a link in Markdown, or change on the way
        notebook = COURSE / folder / unquote(way)
        cells = json.loads(notebook.resolve().read_text())["cells"]
        texts = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        headings = re.findall(r"^#+ (.+)$", texts, re.MULTILINE)
        # Source: JupyterLab's createHeaderId, which takes the heading's text and puts hyphens for spaces.
        assert heading in [title.replace("`", "").replace(" ", "-") for title in headings], found


def test_links_prefer_the_notebooks_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_copy.ipynb").touch()
    (tmp_path / "practice").mkdir()
    monkeypatch.chdir(tmp_path / "practice")
    found = links.link(bank.find("container-or-vm"), Path.cwd())
    assert found == "../notebooks/01_copy.ipynb#Whose-kernel?"
    assert links.lesson("01", Path.cwd()) == "[01 copy](../notebooks/01_copy.ipynb)"


def test_a_lesson_that_is_not_beside_is_found_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01_copy.ipynb").touch()
    (tmp_path / "practice").mkdir()
    monkeypatch.chdir(tmp_path / "practice")
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path / "work"))
    assert links.notebook("06") == COURSE / "notebooks" / "06_lifecycle_and_limits.ipynb"


def test_saved_as_markdown_and_json(tmp_path: Path) -> None:
    made = one_of("missed", "hit", text="ä")
    assert made.save(tmp_path / "report.md").read_text(encoding="utf-8") == made.markdown(tmp_path)
    read = json.loads(made.save(tmp_path / "report.json").read_text(encoding="utf-8"))
    assert read["role"] == "devops" and read["share"] == 0.5 and read["broken off"] is True
    first = read["questions"][0]
    assert first["id"] == made.answers[0].question.id and first["answer"] == "ä"
    assert set(first["points"].values()) == {"missed"}
    assert read["drill"] == {"slug": made.drill.slug, "passed": None, "hints": None, "seconds": None}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    made = one_of("hit")
    there = tmp_path / "report.md"
    there.write_text("mine")
    with pytest.raises(ReportError, match="there already"):
        made.save(there)
    assert there.read_text() == "mine"


@pytest.mark.parametrize(("name", "said"), [("report.txt", "neither"), ("no/such/folder/a.md", "written")])
def test_what_can_not_be_saved(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        one_of("hit").save(tmp_path / name)
    assert list(tmp_path.glob("*.txt")) == []


def test_the_drill_is_told() -> None:
    mock = MockInterview(plan(role("devops"), 15, 3))
    for _question in mock.plan.questions:
        answered(mock, "hit")
    slug = mock.plan.drill.slug
    attempts.add(Attempt("drill", slug, passed=True, hints=3))  # on another day
    mock.drill_begun = attempts.now()
    assert "left out" in report(mock).markdown()
    attempts.add(Attempt("drill", slug, passed=False, hints=1, seconds=60))
    assert "not repaired" in report(mock).markdown()
    attempts.add(Attempt("drill", slug, passed=True, hints=1, seconds=240))
    mock.end()
    assert "repaired in 04:00. Hints: 1." in report(mock).markdown()
    assert report(mock).data()["drill"] == {"slug": slug, "passed": True, "hints": 1, "seconds": 240}


def test_the_lines_of_a_proof_are_python_with_the_same_lines_in_them() -> None:
    for question in bank.load():
        if question.proof:
            names: dict[str, object] = {}
            lines = proof_lines(question.proof).partition("lines = ")[2].partition("\nproving.run")[0]
            exec(f"lines = {lines}", names)
            assert str(names["lines"]).strip() == question.proof.run.strip(), question.id
            compile(proof_lines(question.proof), question.id, "exec")


def test_a_fence_is_longer_than_what_it_holds() -> None:
    assert fenced("a", "text").startswith("```text")
    assert fenced("````", "text").startswith("`````text")
