"""Each line has the time at which it was printed, and the engine notes when it got it: the same clock."""

from __future__ import annotations

import re
from datetime import datetime

from docker.errors import APIError
from docker.models.containers import Container

from drydock import waiting
from drydock.checks.see import See
from drydock.drills.cases.late_logs.broken import Broken
from drydock.text import _
from drydock.waiting import patient

LIMIT = 1.0  # s from the print to the log
LINES = 8  # two seconds of them: twice the limit, so that the end of a heap is not taken for lines that come one by one
WATCHED = 4.0  # s that so many lines may take after a start
PRINTED = re.compile(r", at (\d+\.\d+)")


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.crier, running=True)
    limit, lines = LIMIT * waiting.slowness, int(LINES * waiting.slowness)
    delay = patient(
        lambda: _delay(see, found, lines), WATCHED, lambda seen: seen is not None and seen < limit
    )
    soon = _("under {limit:g} s").format(limit=LIMIT)
    late = _("longer") if delay is not None else _("fewer than {number} lines have come").format(number=lines)
    holds = delay is not None and delay < limit
    see.require(
        _("time from the print of a line to the log"),
        soon,
        soon if holds else late,
        holds,
        _("A line is written by one program and read by the next, and each of them may keep it for a while. Which programs are on the way to the log?"),
    )  # fmt: skip
    form = re.compile(rf"{re.escape(scene.mark)}: {re.escape(scene.what)} \d+, at \d+\.\d+")
    others = [text for _stamp, text in _last(found, lines) if not form.fullmatch(text)]
    wanted = _("{mark}: {what}, a number, and the time").format(mark=scene.mark, what=scene.what)
    see.expect(
        _("the last lines"),
        expected=wanted,
        actual=wanted if not others else others[0],
        holds=not others,
        hint=_("The lines stay as they are, with the place before each: other programs read them."),
    )


def _last(container: Container, lines: int) -> list[tuple[str, str]]:
    """Return the last lines of the log, with the engine's time stamps; none where the log can't be read."""
    try:
        text = container.logs(timestamps=True, tail=lines).decode(errors="replace")
    except APIError:
        return []
    return [(stamp, line) for stamp, _blank, line in (one.partition(" ") for one in text.splitlines())]


def _delay(see: See, container: Container, lines: int) -> float | None:
    """Return the longest time that one of the last lines took, or the age of the newest; None without enough lines."""
    code, now = see.exec(container, ["date", "+%s.%N"])
    times = [
        (datetime.fromisoformat(stamp).timestamp(), float(printed[1]))
        for stamp, line in _last(container, lines)
        if (printed := PRINTED.search(line))
    ]
    if code != 0 or len(times) < lines:
        return None
    age = float(now) - max(printed for _logged, printed in times)
    return max(age, *(logged - printed for logged, printed in times))
