"""A question in the panel: the answer, its points to rate, follow-ups, wrong answers, and the proof."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from drydock.client import LabellingClient, current
from drydock.interview import proving, views
from drydock.interview.links import link
from drydock.interview.mock import MockInterview
from drydock.interview.question import Proof
from drydock.interview.rating import WORDS
from drydock.learning import rendering
from drydock.panels import block, button, line, markdown, told
from drydock.text import _

FULL = widgets.Layout(width="auto", max_width="50em")


class ProofBox(widgets.VBox):  # type: ignore[misc]
    """A button that runs a proof and its counter-setup on the engine, and what they gave.

    `outcome` is None until they have run. The engine is not asked before.
    """

    def __init__(self, proof: Proof, connect: Callable[[], LabellingClient] = current) -> None:
        self.proof, self._connect = proof, connect
        self.outcome: proving.Outcome | None = None
        self.run = button(_("Prove it"), self.prove, "flask")
        self.seen, self.note, self.said = widgets.HTML(), widgets.HTML(), widgets.Output()
        super().__init__([self.run, self.seen, self.note, self.said])

    def prove(self) -> None:
        """Run both, and show the lines with both results, or why they could not be run."""
        self.run.disabled, self.outcome = True, None
        self.seen.value, self.note.value = views.proof(self.proof), line(_("Running on the engine …"))
        try:
            with self.said, told(self.note):
                self.outcome = proving.prove(self._connect(), self.proof)
                self.seen.value, self.note.value = views.proof(self.proof, self.outcome), ""
        finally:
            self.run.disabled = False


class Asking(widgets.VBox):  # type: ignore[misc]
    """The question that an interview asks now. The methods do what the buttons do; `then` is called to go on.

    `text` is the learner's answer, `marks` are the choices for the points once the model answer is shown.
    """

    def __init__(self, mock: MockInterview, then: Callable[[], object]) -> None:
        assert mock.current is not None
        self.mock, self.answer = mock, mock.current
        self.question = self.answer.question
        number = len(mock.answers) + 1
        self.ask = widgets.HTML(views.question(self.question, number, len(mock.plan.questions)))
        hint = _("Type what you would say, or say it aloud and leave this empty.")
        self.text = widgets.Textarea(self.answer.text, placeholder=hint, rows=6, layout=FULL)
        self.text.observe(self._typed, names="value")
        self.show_button = button(_("Show the answer"), self.show, style="primary")
        self._then = then
        self.next_button = button(_("Next"), self.go_on, "arrow-right", "primary")
        self.below = widgets.VBox()
        super().__init__([self.ask, self.text, self.show_button, self.below])
        if self.answer.shown:
            self._reveal()

    def show(self) -> None:
        """Stop the question's clock, and show the model answer and the points to rate."""
        if not self.answer.shown:
            self.mock.show(self.text.value)
            self._reveal()

    def go_on(self) -> None:
        """Go on, once: a second click is not meant for the next question."""
        if self.mock.current is self.answer:
            self._then()

    def follow_up(self) -> None:
        """Show the next thing that an interviewer asks."""
        self.answer.follow_ups += 1
        self._follow_ups()

    def others(self) -> None:
        """Show common wrong answers, and why they are wrong."""
        self.mistakes.value = views.mistakes(self.question.wrong)
        self.others_button.disabled = True

    def _typed(self, change: Any) -> None:
        self.answer.text = change["new"]

    def _reveal(self) -> None:
        self.show_button.disabled = self.text.disabled = True
        choices = [(word, mark) for mark, word in WORDS.items()]
        self.marks = [
            widgets.ToggleButtons(options=choices, value=mark, style={"button_width": "6em"})
            for mark in self.answer.marks
        ]
        for number, choice in enumerate(self.marks):
            choice.observe(partial(self._marked, number), names="value")
        self.more_button = button("", self.follow_up, "comments")
        self.followed, self.mistakes = widgets.HTML(), widgets.HTML()
        self.others_button = button(_("Why others say something else"), self.others, "question")
        self.proof = ProofBox(self.question.proof) if self.question.proof else None
        self._follow_ups()
        self.next_button.disabled = self.answer.rated is None
        self.below.children = [part for part in self._parts() if part is not None]

    def _parts(self) -> list[Any]:
        lesson = widgets.Output()
        where = f"{self.question.lesson}: [{self.question.section}]({link(self.question, Path.cwd())})"
        lesson.outputs = markdown(_("Lesson {where}").format(where=where))
        points = [
            widgets.VBox([widgets.HTML(line(point)), choice])
            for point, choice in zip(self.question.rubric, self.marks, strict=True)
        ]
        return [
            widgets.HTML(views.aside(_("A good answer"), self.question.answer)),
            widgets.HTML(line(_("Rate your answer. Did you say this?"))), *points,
            self.more_button, self.followed, self.others_button, self.mistakes, self.proof,
            widgets.HTML(block(rendering.sources(self.question))), lesson, self.next_button,
        ]  # fmt: skip

    def _follow_ups(self) -> None:
        asked, all_of_them = self.answer.follow_ups, self.question.follow_ups
        self.followed.value = "".join(views.follow_up(one) for one in all_of_them[:asked])
        left = len(all_of_them) - asked
        self.more_button.description = _("Follow-up ({left} left)").format(left=left)
        self.more_button.disabled = left == 0

    def _marked(self, number: int, change: Any) -> None:
        self.mock.mark(number, change["new"])
        self.next_button.disabled = self.answer.rated is None
