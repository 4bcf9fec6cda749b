"""A question and its answer as HTML, without colours but for links: a notebook and Anki each have their own."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable

from drydock.interview.question import Question
from drydock.markup import inline
from drydock.text import _

LINK = "color: var(--jp-content-link-color, LinkText); text-decoration: underline"


def answer(question: Question) -> str:
    """Return the model answer."""
    return f"<p>{inline(question.answer)}</p>"


def rubric(question: Question) -> str:
    """Return the points that a good answer has."""
    return _list(map(inline, question.rubric))


def follow_ups(question: Question) -> str:
    """Return what an interviewer asks next, with short answers."""
    return _list(f"{inline(one.ask)}<br>{inline(one.answer)}" for one in question.follow_ups)


def wrong(question: Question) -> str:
    """Return common wrong answers, and why they are wrong."""
    return _list(f"<em>{inline(one.says)}</em><br>{inline(one.because)}" for one in question.wrong)


def sources(question: Question) -> str:
    """Return links to the sources, with the version they describe."""
    return _list(
        f"{_link(one.link)} ({inline(one.version)}): {inline(one.point)}" for one in question.sources
    )


def back(question: Question) -> str:
    """Return all of the answer, each part under its heading."""
    return "".join(
        f"<p><strong>{html.escape(heading)}</strong></p>{part(question)}" for heading, part in parts()
    )


def parts() -> list[tuple[str, Callable[[Question], str]]]:
    """Return the headings of an answer's parts, and what renders each."""
    return [
        (_("Answer"), answer),
        (_("What a good answer has"), rubric),
        (_("What may be asked next"), follow_ups),
        (_("Common wrong answers"), wrong),
        (_("Sources"), sources),
    ]


def _link(address: str) -> str:
    """Return a link that leaves the notebook's page where it is."""
    shown = html.escape(address)
    return f'<a href="{shown}" target="_blank" rel="noopener" style="{LINK}">{shown}</a>'


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
