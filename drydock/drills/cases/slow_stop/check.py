"""The service, once more beside the learner's, is told to stop."""

from __future__ import annotations

import time

from drydock import waiting
from drydock.checks import alike
from drydock.checks.see import See
from drydock.drills.cases.slow_stop.broken import Broken
from drydock.text import _
from drydock.waiting import patient

LIMIT = 3  # s
PATIENCE = 4  # s that the check gives it, for want of time


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.web, running=True)
    image, command = found.attrs["Config"]["Image"], found.attrs["Config"]["Cmd"]
    with see.started(image, command, **alike.settings(found)) as twin:
        said = patient(lambda: twin.logs().decode(errors="replace"), 6, lambda text: "open" in text)
        see.require(
            _("what it says at its start"),
            f"{scene.notice}, open",
            ", ".join(said.splitlines()[:2]) or _("nothing"),
            said.splitlines()[:2] == [scene.notice, "open"],
            _("The script's line and the program's must both come, in this order."),
        )
        began = time.monotonic()
        twin.stop(timeout=int(PATIENCE * waiting.slowness))
        seconds = time.monotonic() - began
        code, last = twin.wait()["StatusCode"], twin.logs().decode(errors="replace")
    see.expect(
        _("time that `docker stop` takes"),
        expected=_("under {limit} s").format(limit=LIMIT),
        actual=_("under {limit} s").format(limit=LIMIT)
        if seconds < LIMIT * waiting.slowness
        else _("longer"),
        holds=seconds < LIMIT * waiting.slowness,
        hint=_("Process 1 must be one that hears the signal, or passes it on to the program."),
    )
    see.expect(
        _("its exit code"),
        expected=0,
        actual=code,
        holds=code == 0,
        hint=_("137 is a kill, 143 an end by the signal itself, without a handler."),
    )
    see.expect(
        _("its last words"),
        expected=scene.last_words,
        actual=scene.last_words if scene.last_words in last else _("none"),
        holds=scene.last_words in last,
        hint=_("The program itself must hear the signal, and be waited for."),
    )
