"""The drill that is under way in this kernel: one at a time, as there is one clock to work against."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from drydock.panels import Question
from drydock.text import _

if TYPE_CHECKING:
    from drydock.drills.single import DrillPanel

_panel: DrillPanel | None = None


def under_way() -> DrillPanel | None:
    """Return the panel whose drill is under way in this kernel; None when there is none."""
    return _panel


def enter(panel: DrillPanel) -> None:
    """Say that this one is under way now."""
    global _panel
    _panel = panel


def leave(panel: DrillPanel) -> None:
    """Say that this one no longer is."""
    global _panel
    if _panel is panel:
        _panel = None


def make_room(question: Question, then: Callable[[], object]) -> None:
    """Go on with `then`, after a question, asked there, whether to end the drill that is under way."""
    other = _panel
    if other is None:
        then()
        return
    asked = _('The drill "{title}" is under way. End it first?').format(title=other.drill.title)
    # Another may have been started before the answer to what is asked at the end of this one.
    again = partial(make_room, question, then)
    question.ask(asked, (), lambda yes: other.finish(question, again) if yes else None)
