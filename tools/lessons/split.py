"""From one Markdown lesson to its three notebooks: the lesson, the exercises, the solutions."""

from __future__ import annotations

import copy
import hashlib
import re
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

KINDS = ("notebooks", "solutions", "exercises")
WORK = "# Your work"
# Fixed, because a kernel reports its own Python version, and a page would differ from machine to machine.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
FILE = re.compile(r"(\d\d)_[a-z0-9_]+")
NAME = re.compile(r"[a-zA-Z0-9_-]{1,50}")
HEADING = re.compile(r"#{1,6} +(.+?)\s*$")
FENCE = re.compile(r"\s*(```+|~~~+)")


class LessonError(Exception):
    """A lesson's source is not usable, or its code did not do what the source says."""


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def read_source(path: Path) -> list[NotebookNode]:
    """The cells of a lesson, with their final ids. Raises LessonError."""
    if not (match := FILE.fullmatch(path.stem)):
        raise LessonError(f"{path}: a lesson is called NN_name.md, in lower case")
    try:
        notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst")
    except Exception as error:  # jupytext and nbformat have no common class for "this text is not valid"
        raise LessonError(f"{path}: not a MyST notebook: {error}") from error
    _number(path, match[1], notebook.cells)
    return list(notebook.cells)


def split(path: Path) -> dict[str, NotebookNode]:
    """The three notebooks of a lesson by their folder's name, without outputs. Raises LessonError."""
    cells = read_source(path)
    starts = [i for i, cell in enumerate(cells) if _is_exercises(cell)]
    if not starts:
        raise LessonError(f"{path}: no cell starts with '# Exercises'; put a line '+++' before that heading")
    lesson, practice = cells[: starts[0]], cells[starts[0] :]
    for cell in lesson:
        if {"solution", "hint"} & set(tags(cell)):
            raise LessonError(f"{path}: cell {cell.id}: solutions and hints belong after '# Exercises'")
    return {
        "notebooks": _notebook(lesson),
        "solutions": _notebook([cell for cell in practice if "hint" not in tags(cell)]),
        # Text tagged `solution` explains one, so learners get it with the solutions only.
        "exercises": _notebook(
            [_to_do(cell) for cell in practice if cell.cell_type == "code" or "solution" not in tags(cell)]
        ),
    }


def write_text(notebook: NotebookNode) -> str:
    """The one text of a notebook: the same notebook always gives the same bytes."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"


def _is_exercises(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and cell.source.split("\n")[0].strip() == "# Exercises"


def _to_do(cell: NotebookNode) -> NotebookNode:
    if "solution" not in tags(cell):
        return cell
    # Without the tags: `raises-exception` and the like speak of the solution, not of the learner's own work.
    empty = nbformat.v4.new_code_cell(WORK)
    empty.id = cell.id
    return empty


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=copy.deepcopy(cells), metadata=copy.deepcopy(METADATA))
    notebook.nbformat_minor = 5
    return notebook


def _number(path: Path, lesson: str, cells: list[NotebookNode]) -> None:
    """Give every cell an id that stays when other sections, or named cells, come and go."""
    section, seen, position = "", Counter[str](), 0
    used: set[str] = set()
    for cell in cells:
        for heading in _headings(cell):
            # A course repeats headings such as "Try it", so the id also counts which one it is.
            seen[heading] += 1
            section, position = f"{heading}\0{seen[heading]}", 0
        name = cell.metadata.pop("name", None)
        if name is None:
            digest = hashlib.sha256(f"{section}\0{position}".encode()).hexdigest()
            cell.id, position = f"l{lesson}-{digest[:12]}", position + 1
        elif NAME.fullmatch(str(name)):
            cell.id = f"l{lesson}-{name}"
        else:
            raise LessonError(f"{path}: name {name!r}: use at most 50 letters, digits, '-' and '_'")
        if cell.id in used:
            raise LessonError(f"{path}: two cells are called {cell.id}")
        used.add(cell.id)


def _headings(cell: NotebookNode) -> list[str]:
    if cell.cell_type != "markdown":
        return []
    found: list[str] = []
    fence = ""
    for line in cell.source.split("\n"):
        # A comment in a fenced shell or Dockerfile example looks like a heading, and is none.
        if mark := FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
        elif not fence and (match := HEADING.match(line)):
            found.append(match[1])
    return found
