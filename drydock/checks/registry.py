"""The tasks: declared by the lesson modules, which are loaded when one of their tasks is asked for."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from drydock.errors import DrydockError
from drydock.text import _

Look = Callable[[Any, Any], None]  # takes (client, See), and in lessons on the cluster (cluster, SeeCluster)
L = TypeVar("L", bound=Look)
ON_CLUSTER = range(11, 23)  # the lessons whose checks look at the cluster, and not at the engine

_tasks: dict[str, Task] = {}


@dataclass(frozen=True, repr=False)
class Task:
    """One exercise: its id such as "01.3", its goal, its hints from vague to narrow, and its check."""

    id: str
    title: str
    hints: tuple[str, str, str]
    look: Look

    @property
    def lesson(self) -> str:
        """The lesson's number, such as "01"."""
        return self.id.partition(".")[0]

    @property
    def on_cluster(self) -> bool:
        """Whether the check looks at the cluster, and not at the engine."""
        return int(self.lesson) in ON_CLUSTER

    def __str__(self) -> str:
        return f"{self.id} {self.title}"

    __repr__ = __str__


def task(task_id: str, title: str, *, hints: tuple[str, str, str]) -> Callable[[L], L]:
    """Make a function the check of a task; `title` and `hints` come translated, as `_("...")`.

    Raises ValueError for a malformed or used id, or a number of hints other than three.
    """
    if not re.fullmatch(r"\d\d\.\d+", task_id):
        raise ValueError(f"a task's id is like 01.3, not {task_id!r}")
    if len(hints) != 3:
        raise ValueError(f"task {task_id} needs three hints, and has {len(hints)}")

    def register(look: L) -> L:
        used = _tasks.get(task_id)
        # The same function again is a reload, as %autoreload does it.
        if used and (used.look.__module__, used.look.__name__) != (look.__module__, look.__name__):
            raise ValueError(f"task {task_id} is {used.look.__name__} already")
        _tasks[task_id] = Task(task_id, title, hints, look)
        return look

    return register


def find(task_id: str) -> Task:
    """Return a task; raise DrydockError with the ids that there are when it is unknown."""
    task_id = str(task_id)  # check(1.3) is an easy slip
    known = of_lesson(task_id.partition(".")[0])
    for candidate in known:
        if candidate.id == task_id:
            return candidate
    raise DrydockError(
        _("There is no task {task!r}.").format(task=task_id),
        _("Nothing was checked."),
        _("the tasks of this lesson are {ids}.").format(ids=", ".join(t.id for t in known)),
    )


def of_lesson(lesson: str) -> list[Task]:
    """Load a lesson's tasks and return them in order; raise DrydockError when there is no such lesson."""
    known = lessons()
    if lesson not in known:
        raise DrydockError(
            _("There is no lesson {lesson!r} with tasks.").format(lesson=lesson),
            _("Nothing was checked."),
            _("a task's id is like '01.3', as text; the lessons with tasks are {lessons}.").format(
                lessons=", ".join(known) or "-"
            ),
        )
    importlib.import_module(f"drydock.checks.lesson{lesson}")
    return sorted((t for t in _tasks.values() if t.lesson == lesson), key=lambda t: int(t.id[3:]))


def lessons() -> list[str]:
    """Return the lessons that have tasks, such as "01", in order."""
    path = importlib.import_module("drydock.checks").__path__
    found = (re.fullmatch(r"lesson(\d\d)", module.name) for module in pkgutil.iter_modules(path))
    return sorted(match[1] for match in found if match)
