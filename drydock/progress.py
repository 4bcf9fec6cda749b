"""Progress for the steps that take a while: what is being done, how far, and how long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

console = Console(stderr=True)


@dataclass(frozen=True)
class Bar:
    """A running step's bar."""

    progress: Progress
    task: TaskID

    def advance(self, by: float = 1) -> None:
        """Move on by so many units, never past the end: totals are estimates."""
        task = self.progress.tasks[0]
        if task.total is None or task.completed + by < task.total:
            self.progress.advance(self.task, by)


@contextmanager
def step(what: str, total: float | None = None) -> Iterator[Bar]:
    """Show that `what` is being done; `total` units when they are known. One line stays when it is done."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        if not console.is_terminal:
            console.print(f"{what} ...")
        yield Bar(progress, task)
        seconds = progress.tasks[0].elapsed or 0
    console.print(f"{what}: done in {seconds:.0f} s", highlight=False)
