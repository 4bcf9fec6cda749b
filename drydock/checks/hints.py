"""Hints, one at a time."""

from __future__ import annotations

from dataclasses import dataclass

from drydock import markup
from drydock.checks.registry import Task
from drydock.text import _

_given: dict[str, int] = {}  # task id -> number of hints asked for in this process


@dataclass(frozen=True, repr=False)
class HintText:
    """One hint, its number from 1, how many there are, and whether it is repeated for want of another."""

    text: str
    number: int
    total: int
    repeated: bool = False

    @property
    def heading(self) -> str:
        """Such as "Hint 1 of 3"."""
        form = (
            _("Hint {number} of {total}, again, as it is the last")
            if self.repeated
            else _("Hint {number} of {total}")
        )
        return form.format(number=self.number, total=self.total)

    def __str__(self) -> str:
        return f"{self.heading}: {self.text}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return markup.hint(self.heading, self.text)


def used(task: Task) -> int:
    """Return how many of a task's hints were given in this process."""
    return min(_given.get(task.id, 0), len(task.hints))


def upcoming(task: Task) -> HintText:
    """Return the hint after the one that was returned last, or the last again."""
    asked = _given[task.id] = _given.get(task.id, 0) + 1
    total = len(task.hints)
    number = min(asked, total)
    return HintText(task.hints[number - 1], number, total, repeated=asked > total)
