"""How hard something is: the levels of drills and questions, and a line that says what one is about."""

from __future__ import annotations

from drydock.text import _

LEVELS = {"easy": _("easy"), "medium": _("medium"), "hard": _("hard")}


def about(lesson: str, level: str) -> str:
    """Return in words which lesson something belongs to, and how hard it is."""
    return _("lesson {lesson}, {level}").format(lesson=lesson, level=LEVELS[level])
