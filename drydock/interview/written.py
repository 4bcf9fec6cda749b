"""A report as Markdown and as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drydock.clocks import minutes
from drydock.interview.answer import Answer
from drydock.interview.cells import fenced, proof_lines
from drydock.interview.links import lesson, link
from drydock.interview.rating import WORDS
from drydock.learning.attempts import Attempt
from drydock.text import _

if TYPE_CHECKING:
    from drydock.interview.report import Report


def text(report: Report, suffix: str, folder: Path) -> str:
    """Return what stands in a file of this ending in this folder."""
    if suffix == ".json":
        return json.dumps(data(report, folder), indent=2, ensure_ascii=False) + "\n"
    return markdown(report, folder)


def data(report: Report, folder: Path) -> dict[str, Any]:
    """Return a report as plain data."""
    tried = report.drill_attempt
    return {
        "role": report.role.slug,
        "minutes": report.minutes,
        "begun": report.begun.isoformat(),
        "seconds": round(report.seconds, 1),
        "questions planned": report.planned,
        "broken off": report.broken_off,
        "share": report.share,
        "by lesson": report.by_lesson,
        "by level": report.by_level,
        "weak topics": list(report.weak_topics),
        "questions": [_question(one, folder) for one in report.answers],
        "drill": {
            "slug": report.drill.slug,
            "passed": tried.passed if tried else None,
            "hints": tried.hints if tried else None,
            "seconds": tried.seconds if tried else None,
        },
    }


def _question(answer: Answer, folder: Path) -> dict[str, Any]:
    asked = answer.question
    return {
        "id": asked.id,
        "ask": asked.ask,
        "lesson": asked.lesson,
        "level": asked.level,
        "share": answer.share,
        "seconds": answer.seconds,
        "answer": answer.text,
        "points": dict(zip(asked.rubric, answer.marks, strict=True)),
        "link": link(asked, folder),
        "proof": proof_lines(asked.proof) if asked.proof else None,
    }


def markdown(report: Report, folder: Path) -> str:
    """Return a report as Markdown, whose links lead from this folder."""
    return "\n".join(_lines(report, folder)) + "\n"


def _lines(report: Report, folder: Path) -> Iterator[str]:
    yield _("# Mock interview: {role}, {minutes} min").format(role=report.role.title, minutes=report.minutes)
    asked = _("{asked} of {planned} questions, in {spent:.0f} min on the clock, on {day}.")
    yield "\n" + asked.format(
        asked=len(report.answers),
        planned=report.planned,
        spent=report.seconds / 60,
        day=f"{report.begun.astimezone():%Y-%m-%d}",
    )
    if report.broken_off:
        yield _("It was broken off.")
    yield "\n" + _drill(report.drill.title, report.drill_attempt)
    if report.share is None:
        return
    yield "\n" + _("**Overall: {share:.0%}** of the points.").format(share=report.share)
    yield from _table(_("Lesson"), report.by_lesson)
    yield from _table(_("Level"), report.by_level)
    if not report.weak:
        yield "\n" + _("No question has less than three quarters of its points.")
        return
    if report.weak_topics:
        lessons = ", ".join(lesson(number, folder) for number in report.weak_topics)
        yield "\n" + _("Weak topics: {lessons}.").format(lessons=lessons)
    yield "\n" + _("## To look at again")
    for one in report.weak:
        yield from _weak(one, folder)


def _drill(title: str, tried: Attempt | None) -> str:
    if tried is None:
        return _("Drill “{title}”: left out.").format(title=title)
    if not tried.passed:
        return _("Drill “{title}”: not repaired.").format(title=title)
    said = _("Drill “{title}”: repaired in {time}. Hints: {hints}.")
    return said.format(title=title, time=minutes(tried.seconds or 0), hints=tried.hints)


def _table(what: str, shares: dict[str, float]) -> Iterator[str]:
    yield f"\n| {what} | {_('points')} |\n| --- | ---: |"
    for name, share in shares.items():
        yield f"| {name} | {share:.0%} |"


def _weak(answer: Answer, folder: Path) -> Iterator[str]:
    asked = answer.question
    yield f"\n### {asked.ask}\n"
    where = f"[{asked.lesson}: {asked.section}]({link(asked, folder)})"
    yield _("{share:.0%} of the points. Read {where}.").format(share=answer.share, where=where) + "\n"
    for point, mark in zip(asked.rubric, answer.rated or (), strict=True):
        yield f"- {WORDS[mark]}: {point}"
    if answer.text.strip():
        yield "\n" + _("You wrote:") + "\n\n" + fenced(answer.text.strip(), "text")
    if asked.proof:
        yield "\n" + _("The engine proves it:") + " " + asked.proof.shows + "\n"
        yield fenced(proof_lines(asked.proof), "python")
