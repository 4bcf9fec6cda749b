"""Tasks on process 1: it hears a stop, and it reaps orphans."""

from __future__ import annotations

import contextlib
import re
import time

import docker
from docker.models.containers import Container

from drydock.checks import alike
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

IMAGE = "python:3.13-slim"
PATIENCE = 6  # s until a program counts as one that does not begin
LAST_WORDS = "all ashore"
# The program of task 06.3. It ends in order, if somebody tells it.
BOARDING = f"""\
import signal, sys, time
def end(number, frame):
    print("{LAST_WORDS}", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("boarding", flush=True)
while True:
    time.sleep(1)
"""
SCRIPT = 'echo "the gate is open"; python -c "$PROGRAM"; echo "the gate is closed"'
# The program of task 06.5: each helper leaves a child behind, which ends soon.
NURSERY = """\
import subprocess, time
for number in range(100_000):
    subprocess.run(["sh", "-c", "sleep 0.1 &"])
    print("child", number, flush=True)
    time.sleep(0.1)
"""
CHILDREN = 10  # that must have been left behind until the zombies are counted


def start_boarding(client: docker.DockerClient) -> Container:
    """Start the broken service of task 06.3: a script that keeps the signal to itself."""
    return client.containers.run(
        IMAGE, ["sh", "-c", SCRIPT], name="dd-boarding", detach=True, environment={"PROGRAM": BOARDING}
    )


@task("06.3", _("Repair: the gate that hears nothing"), hints=(
    _("Which process is number 1, and what does it do while it waits for another?"),
    _("A shell does not pass signals on. Either let there be no shell when the program runs, or let it forward the signal and wait."),
    _('`exec` before `python` in the script, or `["python", "-c", BOARDING]` without a script. Remove the old container first.'),
))  # fmt: skip
def boarding(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-boarding")
    with see.started(
        found.attrs["Config"]["Image"], found.attrs["Config"]["Cmd"], **alike.settings(found)
    ) as twin:
        with contextlib.suppress(DrydockError):
            wait_until(lambda: b"boarding" in twin.logs(), "boarding", timeout=PATIENCE)
        begun = "boarding" in twin.logs().decode(errors="replace")
        if not see.expect(
            _("a second container, with the settings of dd-boarding"),
            expected=_("its program says: boarding"),
            actual=_("it says so") if begun else _("it does not"),
            holds=begun,
            hint=_("The program of the task must still be what runs. Look at the container's log."),
        ):  # fmt: skip
            return
        twin.stop(timeout=2)
        code = twin.wait()["StatusCode"]
        said = LAST_WORDS in twin.logs().decode(errors="replace")
    see.expect(
        _("its exit code after `docker stop -t 2`"),
        expected=0,
        actual=code,
        holds=code == 0,
        hint=_("137: nobody ended within 2 s. 143: process 1, or the one below an init, ended of the signal itself. Which process must get it?"),
    )  # fmt: skip
    see.expect(
        _("the program's last words"),
        expected=LAST_WORDS,
        actual=LAST_WORDS if said else _("none: it was cut off"),
        holds=said,
        hint=_("A shell that ends by itself takes all others with it. 0 is not enough: the program must have been told, and waited for."),
    )  # fmt: skip


def start_nursery(client: docker.DockerClient) -> Container:
    """Start the broken service of task 06.5, whose orphans stay zombies."""
    return client.containers.run(
        IMAGE, ["python", "-c", NURSERY], name="dd-nursery", detach=True, environment={"PROGRAM": NURSERY}
    )


@task("06.5", _("Repair: nobody asks for the orphans"), hints=(
    _("Whose children do orphans become, and does that process ask for them?"),
    _("Process 1 need not be your program. Which small program is made to be process 1?"),
    _("`init=True` (`docker run --init`), on a new container of the same name with the same program."),
))  # fmt: skip
def orphans(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-nursery", running=True)

    def children() -> int:
        return len(re.findall(rb"^child \d+\r?$", found.logs(), re.MULTILINE))

    with contextlib.suppress(DrydockError):
        wait_until(lambda: children() >= CHILDREN, "children", timeout=PATIENCE)
    count = children()
    enough = _("{count} or more").format(count=CHILDREN)
    if not see.expect(
        _("children that the program has left behind"),
        expected=enough,
        actual=enough if count >= CHILDREN else count,
        holds=count >= CHILDREN,
        hint=_("The program of the task must still run in the container, and do its work."),
    ):
        return
    fewest = min(_zombies(see, found) for _look in range(5))  # one may have ended just now
    see.expect(
        _("zombies in dd-nursery"),
        expected=_("none that stays"),
        actual=fewest,
        holds=fewest == 0,
        hint=_("They are children of process 1, which only asks for those that it has started itself."),
    )


def _zombies(see: See, container: Container) -> int:
    time.sleep(0.07)
    _code, text = see.exec(container, ["sh", "-c", "cat /proc/[0-9]*/status 2> /dev/null"])
    return len(re.findall(r"^State:\tZ", text, re.MULTILINE))
