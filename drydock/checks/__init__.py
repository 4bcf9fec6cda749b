"""Exercises are checked by looking at the engine or the cluster, never at what was typed."""

from __future__ import annotations

from typing import Any

from drydock.checks import noting, registry, runner
from drydock.checks.hints import HintText, upcoming, used
from drydock.checks.registry import Task, task
from drydock.checks.report import Observation, Report
from drydock.checks.see import See

__all__ = ["HintText", "Observation", "Report", "See", "Task", "check", "hint", "task", "tasks"]


def check(task_id: str, client: Any = None) -> Report:
    """Look at the engine or the cluster and report what was seen; nothing of the learner's is changed.

    How it ended is written down as an attempt in the learner's progress.

    `client` is docker-py's, or, for a task on the cluster, Kubernetes' ApiClient; without one it is this process's.
    Raises DrydockError for an unknown task, EngineUnavailableError when `client` is None and no engine answers.
    """
    found = registry.find(task_id)
    report = runner.run(found, _current(found) if client is None else client)
    noting.note(report, used(found))
    return report


def _current(found: Task) -> Any:
    # Imported here, so that a lesson module loads without an engine.
    if found.on_cluster:
        from drydock.clusters.choosing import current as current_cluster

        return current_cluster()
    from drydock.client import current

    return current()


def hint(task_id: str) -> HintText:
    """Return the task's next hint; after the third, the third again. Raises DrydockError for an unknown task."""
    return upcoming(registry.find(task_id))


def tasks(lesson: str) -> list[Task]:
    """Return the tasks of a lesson such as "01" in their order. Raises DrydockError for an unknown lesson."""
    return registry.of_lesson(lesson)
