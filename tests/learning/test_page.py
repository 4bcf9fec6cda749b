"""The progress page, on an empty file and on a full one; and the notebooks around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import matplotlib as mpl
import nbformat
import pytest
from matplotlib.figure import Figure

from drydock.checks import registry
from drydock.drills.drill import every
from drydock.learning import drawing, outcomes, page
from drydock.learning.attempts import Attempt
from drydock.learning.reviews import Rating
from drydock.learning.summary import summary
from tests.learning.processes import ROOT

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def no_screen() -> Iterator[None]:
    with mpl.rc_context({"backend": "agg"}):
        yield


def words(figure: Figure) -> str:
    figure.canvas.draw()
    return " ".join(text.get_text() for text in figure.findobj(mpl.text.Text))  # type: ignore[attr-defined]


def fill() -> None:
    slow, unsolved = every()[0].slug, every()[1].slug
    for passed, item, days in ((False, "01.1", 3), (True, "01.1", 2), (True, "01.1", 1), (True, "02.2", 1)):
        outcomes.record(Attempt("task", item, passed, at=NOON - days * DAY))
    for seconds, passed in ((50.0, False), (400.0, True), (305.9, True)):
        outcomes.record(Attempt("drill", slow, passed, 0, seconds, at=NOON - DAY))
    outcomes.record(Attempt("drill", unsolved, False, 0, 20.0, at=NOON - 9 * DAY))
    outcomes.answer("container-or-vm", Rating.Again, at=NOON - 5 * DAY)


def test_an_empty_file() -> None:
    assert summary(NOON).empty
    assert "nothing yet: check an exercise" in repr(page.table())
    html = page.table()._repr_html_()
    assert "nothing yet: " in html and "<table" not in html
    assert "nothing yet: " in words(page.figure())


def test_what_is_counted() -> None:
    fill()
    found = summary(NOON)
    assert {lesson: passed for lesson, (passed, _total) in found.lessons.items() if passed} == {
        "01": 1,
        "02": 1,
    }
    assert all(total == len(registry.of_lesson(lesson)) for lesson, (_p, total) in found.lessons.items())
    days = {(NOON - number * DAY).astimezone().date(): number for number in range(10)}
    assert {days[day]: counts for day, counts in found.days.items()} == {
        9: (0, 1),
        5: (0, 1),
        3: (0, 1),
        2: (1, 0),
        1: (4, 1),
    }
    assert list(found.days) == sorted(found.days)
    assert found.drills == {every()[0].title: (3, 305.9), every()[1].title: (1, None)}
    assert list(found.due) == [(NOON + number * DAY).astimezone().date() for number in range(7)]
    assert found.due[NOON.astimezone().date()] >= 2  # the question and the drill are overdue
    assert sum(found.due.values()) == sum(summary(NOON + DAY).due.values()) == 4


def test_tables() -> None:
    fill()
    found = summary(NOON)
    html = page.table(found)._repr_html_()
    assert html.count("<table") == 4
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in html.split("<tr>")]
    assert ["01", f"1 of {len(registry.of_lesson('01'))}"] in rows
    assert [every()[0].title.replace('"', "&quot;"), "3", "05:05"] in rows
    assert any(row[1:] == ["1", "-"] for row in rows)
    assert "var(--jp-ui-font-color1" in html
    assert "5:05" in repr(page.table(found))


def test_the_picture() -> None:
    fill()
    text = words(page.figure(summary(NOON)))
    for part in (
        "exercises passed",
        "attempts by day",
        "best time",
        "due in the next 7 days",
        "5:05",
        "not yet repaired",
    ):
        assert part in text, part
    figure = drawing.draw(summary(NOON))
    widths = {round(one.get_width(), 3) for axes in figure.findobj(mpl.axes.Axes) for one in axes.patches}  # type: ignore[attr-defined]
    assert round(305.9 / 60, 3) in widths  # minutes


def test_a_picture_without_attempts_at_drills_or_tasks() -> None:
    outcomes.answer("container-or-vm", Rating.Easy, at=NOON)
    text = words(page.figure(summary(NOON)))
    assert "no drill yet" in text and "nothing yet" not in text


@pytest.mark.parametrize("name", ["review", "progress"])
def test_a_notebook(name: str, tmp_path: Path) -> None:
    notebook = nbformat.read(ROOT / "practice" / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code and all(not cell.outputs and cell.execution_count is None for cell in code)
    fill()
    names: dict[str, object] = {}
    for cell in code:
        exec(cell.source, names)
