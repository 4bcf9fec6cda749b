"""What the eyes of all checks have in common: observations, and an end when there is nothing more to see."""

from __future__ import annotations

from drydock.checks.report import Observation


class Stop(Exception):  # noqa: N818 -- not an error: the check has seen enough
    """Ends a check: a failed observation is recorded, and what would come next makes no sense."""


class Eyes:
    """What a check looks with, and what it has seen."""

    asked = ""  # whom it looks at, such as "the engine"

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        self.observations: list[Observation] = []

    def expect(self, what: str, *, expected: object, actual: object, holds: object, hint: str) -> bool:
        """Record an observation and return whether it holds; the check goes on in either case.

        `hint` names the likely misconception, not the solution; it is shown when the observation fails.
        """
        self.observations.append(Observation(what, str(expected), str(actual), bool(holds), hint))
        return bool(holds)

    def require(
        self, what: str, expected: str, actual: str, holds: object, hint: str, record: bool = True
    ) -> None:
        """Record an observation, and end the check unless it holds; without `record`, record it only then."""
        if record or not holds:
            self.expect(what, expected=expected, actual=actual, holds=holds, hint=hint)
        if not holds:
            raise Stop

    def refusal(self, error: Exception) -> tuple[str, str] | None:
        """Return what whom we look at said, and a hint, when `error` is a refusal of theirs, or their silence."""
        raise NotImplementedError
