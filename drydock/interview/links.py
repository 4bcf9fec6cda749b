"""Links from a report or a panel to the place in a lesson that shows the answer."""

from __future__ import annotations

import os
import re
from pathlib import Path

from drydock.engine import paths
from drydock.interview.question import Question


def notebook(lesson: str) -> Path:
    """Return a lesson's notebook: beside this one's folder, else the learner's copy, else the course's own."""
    for folder in (Path.cwd().parent, paths.work(), paths.COURSE):
        if found := sorted((folder / "notebooks").resolve().glob(f"{lesson}_*.ipynb")):
            return found[0]
    raise FileNotFoundError(f"lesson {lesson}")


def anchor(heading: str) -> str:
    """Return a heading's id in JupyterLab: its text with hyphens for spaces, and nothing else changed."""
    return re.sub(r"[`*]", "", heading).replace(" ", "-")


def link(question: Question, folder: Path) -> str:
    """Return the way from a folder to the section of a question, as a link in Markdown takes it."""
    return f"{_way(question.lesson, folder)}#{anchor(question.section)}"


def lesson(number: str, folder: Path) -> str:
    """Return a link in Markdown from a folder to a lesson, such as "[06 lifecycle and limits](...)"."""
    way = _way(number, folder)
    return f"[{Path(way).stem.replace('_', ' ')}]({way})"


def _way(number: str, folder: Path) -> str:
    way = os.path.relpath(notebook(number), folder.resolve())
    return Path(way).as_posix().replace(" ", "%20")
