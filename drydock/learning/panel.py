"""A review in a notebook: a question, its answer when one asks for it, and four ratings."""

from __future__ import annotations

import html
import time
from functools import partial

import ipywidgets as widgets

from drydock.learning import agenda, asking, outcomes, rendering
from drydock.learning.agenda import Entry
from drydock.learning.reviews import Rating
from drydock.panels import block, button, line, told
from drydock.text import _


class ReviewPanel(widgets.VBox):  # type: ignore[misc]
    """What is due, one after the other.

    `show` is the button that shows the answer, `ratings` has the four that rate it, `next` passes a task or drill by,
    `again` looks what is due by now.
    `entry` is what is asked, None at the end; `rated` counts what was written down, each at once.
    """

    def __init__(self, limit: int | None = None, new: int = agenda.NEW) -> None:
        self.limit, self.new, self.rated = limit, new, 0
        self.entry: Entry | None = None
        self.seconds: float | None = None  # until the answer was shown
        self.heading, self.asked, self.answer, self.note = (widgets.HTML() for _part in range(4))
        self.again = button(_("Look again"), self._again, "refresh")
        self.show = button(_("Show the answer"), self._show, style="primary")
        self.next = button(_("Next"), self._next, style="primary")
        self.ratings = {
            rating: button(f"{int(rating)} {word}", partial(self._rate, rating))
            for rating, word in agenda.RATINGS.items()
        }
        self.row = widgets.HBox()
        super().__init__(
            [widgets.HBox([self.heading, self.again]), self.asked, self.answer, self.note, self.row]
        )
        self._look()

    def _look(self) -> None:
        self.waiting = agenda.entries(self.limit, self.new)
        self.total = len(self.waiting)
        self._next()

    def _again(self) -> None:
        with told(self.note):
            self._look()

    def _next(self) -> None:
        self.entry = self.waiting.pop(0) if self.waiting else None
        self.answer.value = self.note.value = ""
        self._begun, self.seconds = time.monotonic(), None
        if self.entry is None:
            self._say(_("That is all for now."), "")
            self.row.children = []
            with told(self.note):
                self.asked.value = line(asking.closing(self.rated))
        elif self.entry.question:
            self._say(self._about(), self.entry.question.ask)
            self.row.children = [self.show]
        else:
            self._say(self._about(), asking.again(self.entry))
            self.row.children = [self.next]
        self.again.focus()  # a page that was scrolled down to the ratings shows the beginning of what comes now

    def _show(self) -> None:
        if self.entry and self.entry.question and self.seconds is None:
            self.seconds = round(time.monotonic() - self._begun, 1)
            self.answer.value = block(rendering.back(self.entry.question))
            self.row.children = list(self.ratings.values())

    def _rate(self, rating: Rating) -> None:
        if self.entry is None or self.seconds is None:  # a second click is not meant for the next question
            return
        with told(self.note):  # the question stays, so that it can be rated again
            outcomes.answer(self.entry.item, rating, self.seconds)
            self.rated += 1
            self._next()

    def _about(self) -> str:
        assert self.entry
        return f"{self.total - len(self.waiting)}/{self.total}  {asking.about(self.entry)}"

    def _say(self, heading: str, text: str) -> None:
        self.heading.value = block(f"<strong>{html.escape(heading)}</strong>")
        self.asked.value = line(text)

    # Where no widget can be shown, and in stored outputs, this text stands for it.
    def __repr__(self) -> str:
        if self.entry is None:
            return asking.closing(self.rated)
        return f"{self._about()}\n{self.entry.title}"
