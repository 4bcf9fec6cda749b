"""How a go at a drill ended, written down with the other attempts: one that failed comes back as a review."""

from __future__ import annotations

from drydock.drills.running import Practice
from drydock.learning import outcomes
from drydock.learning.attempts import Attempt
from drydock.text import _

PASSED, GIVEN_UP, LEFT = "passed", "given up", "left"


def outcome(practice: Practice) -> str:
    """Return how it ended: passed, given up, or left before either."""
    if practice.given_up:
        return GIVEN_UP
    return PASSED if practice.passed else LEFT


def attempt(practice: Practice) -> Attempt:
    """Return what is written down; its seconds are those that count, with what hints added."""
    return Attempt(
        "drill",
        practice.drill.slug,
        practice.passed,
        practice.hints,
        round(practice.seconds, 1),
        {"seed": practice.scene.seed, "checks": practice.checks, "end": outcome(practice)},
    )


def write(practice: Practice) -> str:
    """Write the end of a drill down. Return "", or why that failed: a drill goes on without it."""
    try:
        outcomes.record(attempt(practice))
    except Exception as error:  # a full disk, a locked file, a newer one: none is the drill's business
        return _("This drill was not written down in your progress: {error}").format(error=error)
    return ""
