"""`drydock review`: what is due, one after the other, in a terminal."""

from __future__ import annotations

import shutil
import textwrap
import time
from collections.abc import Iterable

import typer

from drydock import levels
from drydock.interview.question import Question
from drydock.learning import agenda, outcomes, rendering, reviews
from drydock.learning.agenda import Entry
from drydock.learning.reviews import Rating
from drydock.text import _

STOP = "q"


class Stopped(Exception):  # noqa: N818 - it is no error
    """The learner has had enough, or the input has ended."""


def run(limit: int | None = None, new: int = agenda.NEW) -> None:
    """Ask what is due; what was rated is written down at once, so that one may stop at any time."""
    found = agenda.entries(limit, new)
    rated = 0
    try:
        for number, entry in enumerate(found, 1):
            typer.echo(f"\n{number}/{len(found)}  {about(entry)}")
            if entry.question:
                ask(entry.question)
                rated += 1
            else:
                say(again(entry))
    except Stopped:
        typer.echo()
    typer.echo(closing(rated))


def ask(question: Question) -> None:
    """Ask a question, show its answer, and write down how well it was known."""
    say(question.ask)
    begun = time.monotonic()
    _input(_("Answer it aloud, then press Enter ({stop} stops). ").format(stop=STOP))
    seconds = round(time.monotonic() - begun, 1)
    show(question)
    rating = _rating()
    review = outcomes.answer(question.id, rating, seconds)
    typer.echo(_("It comes back {when}.").format(when=agenda.when(review.due)))


def show(question: Question) -> None:
    """Print the model answer, the rubric, the follow-ups and the sources."""
    typer.echo()
    say(question.answer)
    further = [f"{one.ask} {one.answer}" for one in question.follow_ups]
    mistakes = [f"“{one.says}” {one.because}" for one in question.wrong]
    sources = [f"{one.link} ({one.version})" for one in question.sources]
    headings = [heading for heading, _part in rendering.parts()[1:]]
    for heading, lines in zip(headings, (question.rubric, further, mistakes, sources), strict=True):
        typer.echo(f"\n{heading}")
        _list(lines)


def closing(rated: int) -> str:
    """Return how many were rated, and when the next one is due."""
    lines = [_("Questions rated: {number}.").format(number=rated)] if rated else []
    if waiting := agenda.entries(new=0):
        lines.append(_("Due now: {number}.").format(number=len(waiting)))
    elif following := reviews.following():
        lines.append(
            _("Nothing more is due. The next one is due {when}.").format(when=agenda.when(following.due))
        )
    else:
        lines.append(_("Nothing is due, and nothing comes back yet."))
    return "\n".join(lines)


def about(entry: Entry) -> str:
    """Return in words what kind of item it is."""
    new = _("new, ") if entry.new else ""
    if entry.question:
        return new + levels.about(entry.lesson, entry.question.level)
    kind = _("exercise {item}") if entry.kind == "task" else _("drill {item}")
    return f"{kind.format(item=entry.item)}: {entry.title}"


def again(entry: Entry) -> str:
    """Return how to do an exercise or a drill again."""
    if entry.kind == "task":
        return _("Do it again: open `{notebook}`.").format(notebook=entry.notebook)
    text = _("Do it again: name it in `{notebook}`, or type `drydock drill start {name}` in a terminal.")
    return text.format(notebook=entry.notebook, name=entry.item)


def _rating() -> Rating:
    choices = ", ".join(f"{int(rating)} {word}" for rating, word in agenda.RATINGS.items())
    while True:
        typed = _input(_("\nHow well did you know it? {choices}: ").format(choices=choices))
        if typed in {str(int(rating)) for rating in Rating}:
            return Rating(int(typed))
        typer.echo(_("A number from 1 to 4, please, or {stop} to stop.").format(stop=STOP))


def _input(prompt: str) -> str:
    try:
        typed = input(prompt).strip().lower()
    except EOFError:
        raise Stopped from None
    if typed == STOP:
        raise Stopped
    return typed


def say(text: str) -> None:
    """Print a text, broken at the terminal's width."""
    typer.echo(textwrap.fill(" ".join(text.split()), _width()))


def _list(lines: Iterable[str]) -> None:
    wrapped = textwrap.TextWrapper(
        _width(), initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    for line in lines:
        typer.echo(wrapped.fill(line))


def _width() -> int:
    return min(shutil.get_terminal_size().columns, 100)
