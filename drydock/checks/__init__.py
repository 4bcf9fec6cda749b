"""Exercises are checked by looking at the engine, never at what was typed."""

from __future__ import annotations

import docker

from drydock.checks import registry, runner
from drydock.checks.hints import HintText, upcoming
from drydock.checks.registry import Task, task
from drydock.checks.report import Observation, Report
from drydock.checks.see import See

__all__ = ["HintText", "Observation", "Report", "See", "Task", "check", "hint", "task", "tasks"]


def check(task_id: str, client: docker.DockerClient | None = None) -> Report:
    """Look at the engine and report what was seen; nothing of the learner's is changed.

    Raises DrydockError for an unknown task, EngineUnavailableError when `client` is None and no engine answers.
    """
    found = registry.find(task_id)
    if client is None:
        from drydock.client import current  # here, so that a lesson module loads without an engine

        client = current()
    return runner.run(found, client)


def hint(task_id: str) -> HintText:
    """Return the task's next hint; after the third, the third again. Raises DrydockError for an unknown task."""
    return upcoming(registry.find(task_id))


def tasks(lesson: str) -> list[Task]:
    """Return the tasks of a lesson such as "01" in their order. Raises DrydockError for an unknown lesson."""
    return registry.of_lesson(lesson)
