"""Repairs of what the workers hold together."""

from __future__ import annotations

from drydock.drills.cases.killed_137.broken import Broken


def as_many_as_fit(scene: Broken) -> None:
    """Two workers, each with a chart of its own, fit below the limit together with process 1."""
    scene.serve(workers=2)


def one_chart_for_all(scene: Broken) -> None:
    """The chart is loaded before the workers are made, and they share its pages."""
    scene.serve(scene.workers, PRELOAD="yes")


def one_worker_less(scene: Broken) -> None:
    scene.serve(scene.workers - 1)


def one_worker(scene: Broken) -> None:
    scene.serve(workers=1)


def more_memory(scene: Broken) -> None:
    scene.serve(scene.workers, limit=4 * scene.limit)


def no_visitors(scene: Broken) -> None:
    scene.remove(scene.visitors)
    scene.serve(scene.workers)


def a_smaller_chart(scene: Broken) -> None:
    scene.write_program(held=1)
    scene.serve(scene.workers)


COME = "charts that come, of 16 that are asked for, 8 at a time"

REFERENCE = as_many_as_fit
OTHERS = (one_chart_for_all,)
NEAR_MISSES = {
    "one worker less": (one_worker_less, COME),
    "more memory": (more_memory, "the service's memory limit"),
    "nobody asks any more": (no_visitors, COME),
    "a smaller chart": (a_smaller_chart, COME),
    "one worker": (one_worker, "workers that these charts came from"),
}
