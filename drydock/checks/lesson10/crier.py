"""The task on lines that a program can read, at once."""

from __future__ import annotations

import json
import time
from typing import Any

import docker
from docker.errors import APIError
from docker.models.containers import Container

from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _
from drydock.waiting import patient

WATCHED = 1.0  # s in which new lines must come
STARTING = 5.0  # s that a program may take until its first line: it may have been started just now
MEMBERS = ("level", "ship")
# The program of task 10.3.
CRIER = """\
import time
ship = 0
while True:
    ship += 1
    print("INFO ship", ship, "has called")
    time.sleep(0.1)
"""


def start_crier(client: docker.DockerClient) -> Container:
    """Start the container of task 10.3: it has plenty to say, and for minutes nobody hears it."""
    return client.containers.run(
        "python:3.13-slim", ["python", "-c", CRIER], name="dd-crier", detach=True, init=True
    )


def read(container: Container) -> list[str] | None:
    """Return the lines of a container's standard output; None where its log driver can't be read."""
    try:
        return container.logs(stderr=False).decode(errors="replace").splitlines()
    except APIError:
        return None


def record(line: str) -> Any:
    """Return the object in a line, None if it is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and all(name in found for name in MEMBERS) else None


@task("10.3", _("Repair: lines for a program, at once"), hints=(
    _("Where are the lines that the program has printed, when they are not in the log?"),
    _("Python keeps its output together when it does not write to a terminal. And `json.dumps` makes one line of a dict."),
    _('`print(json.dumps({"level": "info", "ship": ship}), flush=True)`, or the same without `flush` and with `PYTHONUNBUFFERED=1`.'),
))  # fmt: skip
def crier(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-crier", running=True)
    before = patient(lambda: read(found), STARTING) or []
    time.sleep(WATCHED)
    lines = read(found) or []
    fresh = len(lines) - len(before)
    if not see.expect(
        _("new lines on the standard output in {seconds:.0f} s").format(seconds=WATCHED),
        expected=_("2 or more"),
        actual=_("2 or more") if fresh >= 2 else fresh,
        holds=fresh >= 2,
        hint=_("A line that is printed may wait in the program's own buffer until 8 KiB are together. And only the standard output counts here."),
    ):  # fmt: skip
        return
    records = [record(line) for line in lines[-fresh:]]
    wanted = _("each an object in JSON, with level and ship")
    other = [line for line in lines[-fresh:] if not record(line)]
    if not see.expect(
        _("the last lines"),
        expected=wanted,
        actual=other[0] if other else wanted,
        holds=not other,
        hint=_(
            "JSON has double quotes, and Python's own way to print a dict has not. And one object is one line: a reader takes the log line by line."
        ),
    ):
        return
    ships = [str(one["ship"]) for one in records if one]
    new = len(set(ships)) == len(ships) > 1
    see.expect(
        _("ships in the last lines"),
        expected=_("each new"),
        actual=_("each new") if new else ", ".join(ships),
        holds=new,
        hint=_("The program still counts the ships. Does the line have the number?"),
    )
