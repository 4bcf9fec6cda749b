"""The progress page: a picture and tables of what somebody has done, and of what comes back."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from drydock import markup
from drydock.clocks import minutes
from drydock.learning import drawing
from drydock.learning.summary import Summary, summary
from drydock.text import _

Part = tuple[str, Sequence[str], Sequence[tuple[str, ...]]]  # a table's title, headings and rows
NOTHING = _("nothing yet: check an exercise, try a drill, or run `drydock review`")


@dataclass(frozen=True, repr=False)
class Tables:
    """What was done, as tables; in a terminal as lines."""

    summary: Summary

    def _repr_html_(self) -> str:
        return tables(self.summary)

    def __repr__(self) -> str:
        if self.summary.empty:
            return NOTHING
        return "\n\n".join(
            "\n".join([title, *("  ".join(row) for row in rows)])
            for title, _heads, rows in parts(self.summary)
        )


def figure(found: Summary | None = None) -> Figure:
    """Draw what was done; from the progress file where nothing is given. Raises ProgressError."""
    found = summary() if found is None else found
    return drawing.nothing(NOTHING) if found.empty else drawing.draw(found)


def table(found: Summary | None = None) -> Tables:
    """Return what was done, as tables; of the progress file where nothing is given. Raises ProgressError."""
    return Tables(summary() if found is None else found)


def tables(found: Summary) -> str:
    """Return the tables as HTML, in JupyterLab's colours."""
    if found.empty:
        return f'<div style="{markup.TEXT}">{markup.inline(NOTHING)}</div>'
    made = "".join(_table(title, heads, rows) for title, heads, rows in parts(found))
    return f'<div style="{markup.TEXT}">{made}</div>'


def parts(found: Summary) -> list[Part]:
    """Return a title, headings and rows for each of the tables that has rows."""
    lessons = [
        (lesson, _("{passed} of {total}").format(passed=passed, total=total))
        for lesson, (passed, total) in found.lessons.items()
    ]
    days = [(str(day), str(good), str(bad)) for day, (good, bad) in found.days.items()]
    drills = [
        (title, str(tries), "-" if best is None else minutes(best))
        for title, (tries, best) in found.drills.items()
    ]
    due = [(str(day), str(count)) for day, count in found.due.items()]
    every: list[Part] = [
        (_("Exercises"), (_("lesson"), _("passed")), lessons),
        (_("Attempts"), (_("day"), _("passed"), _("not passed")), days[::-1]),
        (_("Drills"), (_("drill"), _("tries"), _("best time")), drills),
        (_("Due"), (_("day"), _("items")), due),
    ]
    return [part for part in every if part[2]]


def _table(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col" style="{markup.CELL}">{html.escape(text)}</th>' for text in heads)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return (
        f"<p><strong>{html.escape(title)}</strong></p>"
        f'<table style="border-collapse: collapse"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def _cells(row: Iterable[str]) -> str:
    return "".join(f'<td style="{markup.CELL}">{html.escape(text)}</td>' for text in row)
