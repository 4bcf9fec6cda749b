"""The report at the end of a mock interview: what was known, what was not, and where to read on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from drydock.drills.drill import Drill
from drydock.errors import DrydockError
from drydock.interview import written
from drydock.interview.answer import Answer
from drydock.interview.mock import MockInterview
from drydock.interview.rating import GOOD
from drydock.interview.roles import Role
from drydock.learning.attempts import Attempt
from drydock.text import _


class ReportError(DrydockError):
    """A report can't be saved."""


@dataclass(frozen=True)
class Report:
    """An interview's result. Shares go from 0 to 1 and are the mean of those of the questions."""

    role: Role
    minutes: int
    begun: datetime
    seconds: float  # on the clock, without pauses
    planned: int  # questions
    broken_off: bool
    answers: tuple[Answer, ...]
    drill: Drill
    drill_attempt: Attempt | None  # None where it was left out

    @property
    def share(self) -> float | None:
        """Of all questions; None where none was rated."""
        return _mean(self.answers)

    @property
    def by_lesson(self) -> dict[str, float]:
        """The share for each lesson that was asked about, in their order."""
        return dict(sorted(_by(self.answers, lambda one: one.question.lesson).items()))

    @property
    def by_level(self) -> dict[str, float]:
        """The share for each level that was asked, in the order of the questions."""
        return _by(self.answers, lambda one: one.question.level)

    @property
    def weak_topics(self) -> tuple[str, ...]:
        """The lessons with less than ¾, the weakest first."""
        weak = [(share, lesson) for lesson, share in self.by_lesson.items() if share < GOOD]
        return tuple(lesson for _share, lesson in sorted(weak))

    @property
    def weak(self) -> tuple[Answer, ...]:
        """The questions with less than ¾ of their points, the weakest first."""
        return tuple(sorted((one for one in self.answers if one.share < GOOD), key=lambda one: one.share))

    def markdown(self, folder: Path | None = None) -> str:
        """Return it as Markdown; its links lead from this folder, the current one by default."""
        return written.markdown(self, folder or Path.cwd())

    def data(self) -> dict[str, Any]:
        """Return it as plain data for JSON; times are seconds and ISO 8601, links lead from the current folder."""
        return written.data(self, Path.cwd())

    def save(self, path: Path | str) -> Path:
        """Write it as Markdown (.md) or JSON (.json), and return the file.

        Raises ReportError where there is such a file already, for another ending, and where it can't be written.
        """
        file = Path(path)
        state = _("Nothing was written.")
        if file.suffix not in (".md", ".json"):
            said = _("A report is written as .md or .json, and {file} is neither.").format(file=file.name)
            raise ReportError(said, state, _("choose one of the two endings."))
        try:
            text = written.text(self, file.suffix, file.parent)
            with file.open("x", encoding="utf-8") as out:
                out.write(text)
        except FileExistsError:
            said = _("{file} is there already.").format(file=file)
            raise ReportError(said, _("It was not changed."), _("choose another name.")) from None
        except OSError as error:
            said = _("{file} can't be written: {error}.").format(file=file, error=error.strerror)
            raise ReportError(said, state, _("does the folder exist, and may you write there?")) from None
        return file


def report(mock: MockInterview) -> Report:
    """Return the report of an interview, as it stands."""
    return Report(
        mock.plan.role, mock.plan.minutes, mock.begun, mock.whole.seconds, len(mock.plan.questions), mock.broken_off,
        tuple(mock.answers), mock.plan.drill, mock.drill_attempt(),
    )  # fmt: skip


def _mean(answers: Iterable[Answer]) -> float | None:
    shares = [one.share for one in answers]
    return sum(shares) / len(shares) if shares else None


def _by(answers: Iterable[Answer], key: Callable[[Answer], str]) -> dict[str, float]:
    shares = defaultdict(list)
    for one in answers:
        shares[key(one)].append(one.share)
    return {name: sum(values) / len(values) for name, values in shares.items()}
