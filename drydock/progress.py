"""Progress for the steps that take a while: what is being done, how far, and how long."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# In a notebook as lines of its output: not on a red ground, as JupyterLab shows errors, and not as rich's widget, which
# leaves a blank box. (A kernel's output claims to be a terminal.)
IN_NOTEBOOK = "ipykernel" in sys.modules


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
    """Show that `what` is being done; `total` units when they are known. One line stays when it is done.

    Where there is no terminal, a line says that it has begun.
    """
    # Loaded where it is used: the docker command is run often, and has seldom anything to show.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(
        stderr=not IN_NOTEBOOK, force_jupyter=False, force_terminal=False if IN_NOTEBOOK else None
    )
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        if not console.is_terminal:
            console.print(f"{what} ...", highlight=False, soft_wrap=True)
        yield Bar(progress, task)
        seconds = progress.tasks[0].elapsed or 0
    console.print(f"{what}: done in {seconds:.0f} s", highlight=False, soft_wrap=True)
