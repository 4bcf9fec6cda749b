"""What can go wrong, in words a learner can act on."""

from __future__ import annotations


class DrydockError(Exception):
    """An error that says what happened, what the state is now, and what to try next."""

    def __init__(self, what: str, state: str, hint: str) -> None:
        self.what, self.state, self.hint = what, state, hint
        super().__init__(f"{what}\n{state}\nHint: {hint}")


class EngineUnavailableError(DrydockError):
    """No engine answers, or the one that does is of no use."""


class ImageUnavailableError(DrydockError):
    """No place has the image."""


class SetupError(DrydockError):
    """The machine lacks something that the course needs."""
