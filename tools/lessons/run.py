"""Generates and executes the notebooks of lessons, and compares stored ones with their source."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from drydock.engine import paths
from drydock.engine.command import environment
from tools.lessons.outputs import (
    COLOUR,
    code,
    code_cells,
    form,
    has_run,
    keep_stored,
    read_patterns,
    take_over,
    tidy,
)
from tools.lessons.split import KINDS, METADATA, LessonError, split, tags, write_text

TIMEOUT = 120


@dataclass(frozen=True)
class Course:
    """The folders of the course: source/, notebooks/, exercises/, solutions/ and tests/sanitize.cfg."""

    root: Path

    def sources(self, lesson: str | None = None) -> list[Path]:
        """The lessons' sources in order, or that of one number. Raises LessonError if there are none."""
        start = lesson.zfill(2) + "_" if lesson else ""
        found = sorted(p for p in (self.root / "source").glob("*.md") if p.name.startswith(start))
        if not found:
            raise LessonError(f"no lesson {start}*.md in {self.root / 'source'}")
        return found

    def stored(self, kind: str, source: Path) -> Path:
        return self.root / kind / f"{source.stem}.ipynb"


def read_stored(path: Path) -> NotebookNode | None:
    """The stored notebook as it is, or None when there is none that can be read."""
    try:
        # Not nbformat.read: that one repairs cells without ids, and the repair would hide a difference.
        notebook: NotebookNode = nbformat.v4.reads(path.read_text(encoding="utf-8"))
        return notebook if all("id" in cell for cell in notebook.cells) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None


def generate(course: Course, source: Path, *, run: bool = True, force: bool = False) -> list[Path]:
    """Write the notebooks of one lesson and return those that changed.

    Raises LessonError with the failing cell when a notebook does not run; that notebook then stays as it is,
    and so do the exercises, which come last.
    """
    changed = []
    notebooks = split(source)
    for kind in KINDS:
        new, path = notebooks[kind], course.stored(kind, source)
        if kind != "exercises":
            stored = read_stored(path)
            # Text around the code cannot change an output: who mends a sentence waits for nothing.
            same_code = stored is not None and code(stored) == code(new)
            if run and (force or stored is None or not same_code or not has_run(stored)):
                execute(new, path)
                tidy(new, course.root)
                keep_stored(new, stored, read_patterns(course.root / "tests" / "sanitize.cfg"))
                tidy(new, course.root)
            elif stored is not None and same_code:
                take_over(new, stored)
        if _write(path, write_text(new)):
            changed.append(path)
    return changed


def execute(notebook: NotebookNode, path: Path) -> None:
    """Run all cells in the notebook's folder. Raises LessonError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,  # its model ids are random, and a reader of the page cannot use it
    )
    try:
        # A learner's own work/ and progress stay as they are. Below the course, as the engine sees that folder, too.
        with tempfile.TemporaryDirectory(prefix=".drydock-work-", dir=paths.COURSE) as work:
            progress = f"{work}/progress.db"
            client.execute(env={**environment(), "DRYDOCK_WORK": work, "DRYDOCK_PROGRESS": progress})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise LessonError(f"{path}: {_failed(notebook, error)}") from error
    finally:
        notebook.metadata = nbformat.from_dict(METADATA)
    for cell in code_cells(notebook):
        raised = any(output.output_type == "error" for output in cell.outputs)
        if "raises-exception" in tags(cell) and not raised:
            raise LessonError(f"{path}: cell {cell.id} is tagged raises-exception, but it raised nothing")
        if "check" in tags(cell) and ": not yet" in _result(cell):
            raise LessonError(f"{path}: cell {cell.id}: the solution does not pass\n{_result(cell)}")


def differences(course: Course, lesson: str | None = None) -> list[Path]:
    """The notebooks that don't match the source: missing, different, or of no lesson. Raises LessonError."""
    wrong: list[Path] = []
    known: set[Path] = set()
    for source in course.sources(lesson):
        for kind, notebook in split(source).items():
            path = course.stored(kind, source)
            known.add(path)
            stored = read_stored(path)
            if stored is None or form(stored) != form(notebook):
                wrong.append(path)
    if lesson is None:
        wrong += {path for kind in KINDS for path in (course.root / kind).glob("*.ipynb")} - known
    return sorted(wrong)


def _result(cell: NotebookNode) -> str:
    """What a cell returned, as text."""
    return "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def _failed(notebook: NotebookNode, error: Exception) -> str:
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in tags(cell):
                return f"cell {cell.id} failed\n" + COLOUR.sub("", "\n".join(output.traceback))
    ran = [cell.id for cell in code_cells(notebook) if cell.execution_count is not None]
    return f"the run broke off at cell {ran[-1] if ran else '(first)'}\n{error}"


def _write(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)  # in one step: an interrupted run never leaves half a notebook
    return True
