"""A mock interview under way: questions, answers and ratings, without widgets."""

from __future__ import annotations

import time
from datetime import datetime

from drydock.errors import DrydockError
from drydock.interview.answer import Answer
from drydock.interview.clock import Now, Stopwatch
from drydock.interview.planning import Plan
from drydock.interview.question import Question
from drydock.interview.rating import Mark
from drydock.learning import attempts
from drydock.learning.attempts import Attempt
from drydock.text import _


class MockInterview:
    """An interview: ask with `current`, `show` its model answer, `mark` each point, `go_on`; then the drill.

    `answers` are those that were rated and written down. `now` is a clock that counts seconds.
    """

    def __init__(self, plan: Plan, now: Now = time.monotonic) -> None:
        self.plan, self.begun = plan, attempts.now()
        self.whole, self.clock, self._now = Stopwatch(now), Stopwatch(now), now
        self.answers: list[Answer] = []
        self.drill_begun: datetime | None = None
        self.broken_off = self.ended = False
        self.current: Answer | None = Answer(plan.questions[0])
        self.resume()

    @property
    def paused(self) -> bool:
        """Whether the clock stands still."""
        return not self.whole.running

    def pause(self) -> None:
        """Stop the clock."""
        self.whole.stop()
        self.clock.stop()

    def resume(self) -> None:
        """Let the clock go on; that of a question stops for good when its answer is shown."""
        if self.ended:
            return
        self.whole.start()
        if self.current is None or not self.current.shown:
            self.clock.start()

    def show(self, text: str) -> Question:
        """Take the answer, and return the question for what it has to compare with."""
        answer = self._asked()
        answer.text = text
        if not answer.shown:
            self.clock.stop()
            answer.seconds = self.clock.seconds
        return answer.question

    def mark(self, point: int, mark: Mark) -> None:
        """Rate a point of the rubric, by its number from 0. Raises DrydockError before the answer was shown."""
        answer = self._asked()
        if not answer.shown:
            raise DrydockError(
                _("The answer was not shown yet."), _("Nothing was rated."), _("show it, and compare.")
            )
        answer.marks[point] = mark

    def go_on(self) -> None:
        """Write the answer down, and ask the next question. Raises DrydockError where a point has no mark."""
        answer = self._asked()
        if not answer.rated:
            raise DrydockError(
                _("Not all points are rated."),
                _("The question is still open."),
                _("rate each point: hit, partly or missed."),
            )
        answer.write_down(self.plan.role)
        self.answers.append(answer)
        number = len(self.answers)
        asked = self.plan.questions
        self.current = Answer(asked[number]) if number < len(asked) else None
        self.clock = Stopwatch(self._now)
        self.resume()

    def end(self) -> None:
        """End it, here or before; what is rated is written down."""
        if self.ended:
            return
        if self.current is not None and self.current.rated:
            self.current.write_down(self.plan.role)
            self.answers.append(self.current)
            self.current = None
        self.broken_off = len(self.answers) < len(self.plan.questions)
        self.ended, self.current = True, None
        self.pause()

    def drill_attempt(self) -> Attempt | None:
        """Return the last attempt at the drill since it was begun here, once one was written down."""
        if self.drill_begun is None:
            return None
        tried = [one for one in attempts.every("drill", self.plan.drill.slug) if one.at >= self.drill_begun]
        return tried[-1] if tried else None

    def _asked(self) -> Answer:
        if self.current is None:
            raise DrydockError(
                _("No question is open."), _("Nothing was changed."), _("plan another interview.")
            )
        return self.current
