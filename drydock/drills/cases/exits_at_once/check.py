"""The service answers, and its end is the container's end."""

from __future__ import annotations

import contextlib
import time

from docker.errors import APIError
from docker.models.containers import Container

from drydock import waiting
from drydock.checks import alike
from drydock.checks.see import See
from drydock.drills.cases.exits_at_once.broken import PORT, Broken
from drydock.reach import GET
from drydock.text import _
from drydock.waiting import patient

PAUSE = 0.6  # s, longer than a process takes that only starts another
STARTING = 2  # s that the service may need until it answers
ENDING = 2  # s that a container may need to end after its service


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.service)
    said = ""
    if _steady(found):
        said = patient(lambda: _answer(see, found), STARTING, lambda text: text == scene.motto)
    answers = _("runs, and answers: {motto}").format(motto=scene.motto)
    see.require(
        _("the service"),
        answers,
        answers if said == scene.motto else _state(found),
        said == scene.motto,
        _("A container ends with its first process, whatever other processes do. Which process is that here, and why is it done so soon?"),
    )  # fmt: skip
    with_it = _is_first(see, scene, found) or _ends_with_service(see, scene, found)
    see.expect(
        _("when the service ends"),
        expected=_("the container ends, too"),
        actual=_("the container ends, too") if with_it else _("the container runs on, without the service"),
        holds=with_it,
        hint=_("Something else keeps the container alive now, and the engine looks at that. It never learns of the service's end, so no restart policy could help."),
    )  # fmt: skip


def _steady(container: Container) -> bool:
    """Tell whether it runs on: one that a policy starts again and again runs at times, too."""
    before = container.attrs["State"]["StartedAt"]
    time.sleep(PAUSE * waiting.slowness)
    container.reload()
    return container.status == "running" and bool(container.attrs["State"]["StartedAt"] == before)


def _answer(see: See, container: Container) -> str:
    """Return what the service answers in its container, "" where that does not run."""
    try:
        return see.exec(container, ["python", "-c", GET, f"http://127.0.0.1:{PORT}"])[1]
    except APIError:
        return ""


def _state(container: Container) -> str:
    if container.attrs["RestartCount"] or container.status == "restarting":
        return _("started again and again")
    if container.status == "exited":
        return _("exited, with exit code {code}").format(code=container.attrs["State"]["ExitCode"])
    return _("{status}, and no such answer").format(status=container.status)


def _number(see: See, scene: Broken, container: Container) -> str:
    """Return the service's process number, "" as long as there is none."""
    code, text = see.exec(container, ["cat", scene.pid_file])
    return "" if code else text


def _is_first(see: See, scene: Broken, container: Container) -> bool:
    return _number(see, scene, container) == "1"


def _ends_with_service(see: See, scene: Broken, container: Container) -> bool:
    """Start a second container, kill the service there, and see whether the container ends of it."""
    config = container.attrs["Config"]
    with see.started(config["Image"], config["Cmd"], **alike.settings(container)) as twin:
        number = patient(lambda: _number(see, scene, twin), STARTING)
        if not number:
            return False
        with contextlib.suppress(APIError):  # the container may end before the answer
            twin.exec_run(["sh", "-c", f"kill -KILL {number}"])

        def ended() -> bool:
            twin.reload()
            return twin.status == "exited"

        return patient(ended, ENDING)
