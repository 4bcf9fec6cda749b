"""An answer to a question of the bank, and how it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field

from drydock.interview.question import Question
from drydock.interview.rating import PASSED, Mark, rating, share
from drydock.interview.roles import Role
from drydock.learning import attempts, reviews, store
from drydock.learning.attempts import Attempt


@dataclass
class Answer:
    """What was said to a question, and how its points were rated."""

    question: Question
    text: str = ""  # empty when it was said aloud
    seconds: float | None = None  # until the model answer was shown
    marks: list[Mark | None] = field(default_factory=list)
    follow_ups: int = 0  # asked so far

    def __post_init__(self) -> None:
        self.marks = self.marks or [None] * len(self.question.rubric)

    @property
    def shown(self) -> bool:
        """Whether the model answer was shown."""
        return self.seconds is not None

    @property
    def rated(self) -> list[Mark] | None:
        """The marks, once each point has one."""
        marks = [mark for mark in self.marks if mark]
        return marks if len(marks) == len(self.marks) else None

    @property
    def share(self) -> float:
        """The share of the points that was hit, from 0 to 1. Only for one that is rated."""
        assert self.rated is not None
        return share(self.rated)

    def write_down(self, role: Role) -> None:
        """Make an attempt and a review of it, or neither. Only for one that is rated. Raises ProgressError."""
        attempt = Attempt(
            "question",
            self.question.id,
            passed=self.share >= PASSED,
            seconds=self.seconds,
            details={"role": role.slug, "marks": self.marks, "text": self.text},
        )
        with store.opened() as connection:
            attempts.write(connection, [attempt])
            reviews.rate(connection, "question", attempt.item, rating(self.share), attempt.at)
