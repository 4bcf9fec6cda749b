"""The learner's folder and their service: a copy to edit, and questions to a service that runs."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from docker.errors import APIError, NotFound
from docker.models.containers import Container

from drydock.checks.see import See, Stop
from drydock.engine import paths
from drydock.text import _
from drydock.waiting import PAUSE

FOLDER = "exercise-03"
PATIENCE = 10  # s until a service counts as silent, or as deaf to an edit
RESTART = 3  # s without running until it counts as ended for good
ASK = """
import sys, urllib.request, urllib.error
try: urllib.request.urlopen("http://127.0.0.1:8000" + sys.argv[1], timeout=2)
except urllib.error.HTTPError as error: sys.exit(error.code == 404)
except OSError: sys.exit(2)
"""


def folder() -> Path:
    """Return the learner's folder of this lesson's exercises."""
    return paths.work() / FOLDER


@contextlib.contextmanager
def copied(see: See) -> Iterator[Path]:
    """Give a copy of the learner's folder for the time of a `with`, at a place that the engine sees, too.

    Ends the check when there is no folder.
    """
    if not folder().is_dir():
        see.expect(
            _("your folder work/{folder}").format(folder=FOLDER),
            expected=_("there"),
            actual=_("not there"),
            holds=False,
            hint=_("The first cell of the exercises makes it: run that one."),
        )
        raise Stop
    with tempfile.TemporaryDirectory(prefix=".check-", dir=paths.work()) as temporary:
        copy = Path(temporary) / FOLDER
        shutil.copytree(folder(), copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        yield copy


def edited(copy: Path) -> str:
    """Add a route to app.py and return its path: only a program that has read the edit knows it."""
    route = f"/check-{uuid.uuid4().hex[:8]}"
    app = copy / "app.py"
    code = app.read_text().replace("\n@app.get", f'\n@app.get("{route}")\n@app.get', 1)
    app.write_text(code)
    return route


def answers(see: See, service: Container) -> bool:
    """Wait until the service answers inside its container, record it, and return whether it did."""
    works = heard(service, "/berths")
    actual = _("answers")
    if not works:
        service.reload()
        ended = service.status == "exited"
        state = _("ended with exit code {code}").format(code=service.attrs["State"]["ExitCode"])
        last = service.logs().decode(errors="replace").strip().splitlines()[-1:] or [_("no log")]
        actual = f"{state if ended else _('silent')}: {last[0]}"
    return see.expect(
        _("the service on port 8000"),
        expected=_("answers within {seconds} s").format(seconds=PATIENCE),
        actual=actual,
        holds=works,
        hint=_("The container's log says why: `docker logs`. Which Python runs there, and where are its packages?"),
    )  # fmt: skip


def heard(service: Container, route: str) -> bool:
    """Tell whether the service knows a route within 10 s; one that is being started again has ended for a moment."""
    deadline = time.monotonic() + PATIENCE
    ran = time.monotonic()
    while time.monotonic() < deadline and time.monotonic() < ran + RESTART:
        try:
            if _knows(service, route):
                return True
            service.reload()
        except NotFound:  # another container has taken its place
            return False
        if service.status != "exited":
            ran = time.monotonic()
        time.sleep(PAUSE)
    return False


def _knows(service: Container, route: str) -> bool:
    try:
        return bool(service.exec_run(["python", "-c", ASK, route]).exit_code == 0)
    except NotFound:
        raise
    except APIError:  # not running, or just starting again
        return False
