"""Tasks on the service that an image starts: how it ends, and as whom it runs."""

from __future__ import annotations

import docker
from docker.errors import APIError
from docker.models.containers import Container

from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

PATIENCE = 10  # s until the service counts as silent
LAST_WORDS = "Finished server process"  # uvicorn's, when it has ended in order
ASK = f"""
import sys, time, urllib.request
for _ in range({PATIENCE * 10}):
    try: sys.exit(urllib.request.urlopen("http://127.0.0.1:8000/berths", timeout=2).status != 200)
    except OSError: time.sleep(0.1)
sys.exit(1)
"""


def answers(see: See, service: Container) -> bool:
    """Wait until Harbour answers in its container, record it, and return whether it did."""
    try:
        code = see.exec(service, ["python", "-c", ASK])[0]
    except APIError:  # the container has ended
        code = 1
    actual = _("answers")
    if code:
        service.reload()
        ended = service.status == "exited"
        state = _("ended with exit code {code}").format(code=service.attrs["State"]["ExitCode"])
        last = service.logs().decode(errors="replace").strip().splitlines()[-1:] or [_("no log")]
        actual = f"{state if ended else _('silent')}: {last[0]}"
    return see.expect(
        _("the service on port 8000, in a container from the image"),
        expected=_("answers within {seconds} s").format(seconds=PATIENCE),
        actual=actual,
        holds=code == 0,
        hint=_("Start a container from the image yourself and read its log: `docker logs`."),
    )


@task("04.2", _("A stop that is heard"), hints=(
    _("Which process is number 1 in a container from your image, and does it pass a signal on?"),
    _("In the shell form process 1 is a shell. The exec form, a JSON list, starts your program itself."),
    _('`CMD ["python", "app.py"]`'),
))  # fmt: skip
def stop(client: docker.DockerClient, see: See) -> None:
    see.image("dd-stop")
    with see.started("dd-stop") as service:
        if not answers(see, service):
            return
        service.stop(timeout=3)
        code = service.wait()["StatusCode"]
        orderly = LAST_WORDS in service.logs().decode(errors="replace")
    see.expect(
        _("exit code after `docker stop`"),
        expected=_("any but 137"),
        actual=code,
        holds=code != 137,
        hint=_("137 is SIGKILL: process 1 did not end on the first signal."),
    )
    see.expect(
        _("the service's last words"),
        expected=LAST_WORDS,
        actual=LAST_WORDS if orderly else _("none: it was cut off"),
        holds=orderly,
        hint=_("When process 1 ends, the kernel kills all others in the container at once. Did Python get the signal?"),
    )  # fmt: skip


@task("04.5", _("In a terminal: not root"), hints=(
    _("As whom does a process run when the Dockerfile doesn't say? And to whom do the files belong that `COPY` makes?"),
    _("Install and copy as root, then `USER` with a number. Don't give the code to that user."),
    _("`USER 10001` before `CMD`; then `docker build --label dev.drydock.lesson=04 -t dd-user work/exercise-04`."),
))  # fmt: skip
def not_root(client: docker.DockerClient, see: See) -> None:
    see.image("dd-user")
    with see.started("dd-user") as service:
        if not answers(see, service):
            return
        user = runs_as(see, service)
        # As that user, whatever Config.User says: an entry point may have changed it.
        test = "test -w /app || test -w /app/app.py"
        writable = user != "0" and see.exec(service, ["sh", "-c", test], user=user)[0] == 0
        there = see.exec(service, ["test", "-f", "/app/app.py"])[0] == 0
    see.expect(
        _("/app/app.py"),
        expected=_("there, and that user can't change it"),
        actual=_("that user can change it") if writable else _("as expected") if there else _("not there"),
        holds=there and not writable,
        hint=_("Who owns a file may write to it, and who may write to a folder may replace what is in it."),
    )


def runs_as(see: See, service: Container) -> str:
    """Record as whom the first Python process of a service runs, which should not be root; return the user's number."""
    _code, text = see.exec(service, ["sh", "-c", "cat /proc/[0-9]*/status"], user="0")
    lines = [line.split() for line in text.splitlines()]
    names = [line[1] for line in lines if line[:1] == ["Name:"]]
    users = [line[2] for line in lines if line[:1] == ["Uid:"]]  # the effective one
    # A console script's process has the script's name.
    python = ("python", "uvicorn", "gunicorn")
    user = next((user for name, user in zip(names, users, strict=True) if name.startswith(python)), "0")
    see.expect(
        _("user number of the Python process"),
        expected=_("not 0"),
        actual=user,
        holds=user != "0",
        hint=_(
            "User 0 is root. The Dockerfile's last USER counts, unless the program itself gives up its rights."
        ),
    )
    return user
