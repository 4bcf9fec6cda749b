"""A question's parts as HTML, in JupyterLab's own colours; what stands between backticks is code."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from drydock.interview.proving import Outcome
from drydock.interview.question import FollowUp, Mistake, Proof, Question
from drydock.levels import LEVELS
from drydock.markup import BAD, GOOD, LINE, TEXT, inline
from drydock.panels import READABLE, line
from drydock.text import _

ASIDE = f"{READABLE}; border-left: 4px solid var(--jp-info-color1, #0277bd); padding: 4px 8px; margin: 4px 0"
CODE = f"{TEXT}; {LINE}; background: var(--jp-layout-color2, transparent); padding: 4px 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4"


def aside(heading: str, text: str) -> str:
    """Return a paragraph with a line beside it."""
    return f'<div style="{ASIDE}"><strong>{inline(heading)}</strong><br>{inline(text)}</div>'


def question(asked: Question, number: int, total: int) -> str:
    """Return the question and its place in the interview."""
    place = _("Question {number} of {total}, {level}").format(
        number=number, total=total, level=LEVELS[asked.level]
    )
    ask = f'<div style="{TEXT}; font-size: 1.25em; max-width: 40em; line-height: 1.4; margin: 4px 0">{inline(asked.ask)}</div>'
    return f"{line(place)}{ask}"


def follow_up(one: FollowUp) -> str:
    """Return what is asked next, and its answer."""
    return aside(one.ask, one.answer)


def mistakes(wrong: Iterable[Mistake]) -> str:
    """Return wrong answers, each with why it is wrong."""
    return "".join(aside(_("“{says}”").format(says=one.says), one.because) for one in wrong)


def code(text: str) -> str:
    """Return lines of code."""
    return f'<pre style="{CODE}">{html.escape(text.rstrip())}</pre>'


def proof(one: Proof, outcome: Outcome | None = None) -> str:
    """Return a proof's lines, and what they gave where they have run."""
    parts = [line(one.shows), code(one.run)]
    if outcome is not None:
        parts.append(_result(_("with"), one.given, outcome.result, one.result))
        parts.append(
            _result(_("in the counter-setup, with"), one.counter, outcome.counter, one.counter_result)
        )
    return "".join(parts)


def _result(how: str, given: dict[str, Any], result: Any, expected: Any) -> str:
    values = ", ".join(f"{name} = {value!r}" for name, value in given.items())
    holds = result == expected
    mark = f'<span style="{GOOD if holds else BAD}">{"✓" if holds else "✗"}</span>'
    found = f"<code>{html.escape(repr(result))}</code>"
    more = "" if holds else html.escape(_(" where {expected!r} was expected").format(expected=expected))
    setup = f"{html.escape(how)} <code>{html.escape(values)}</code>"
    return f'<div style="{TEXT}; margin: 4px 0">{mark} {setup}: {found}{more}</div>'
