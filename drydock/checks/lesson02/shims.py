"""The task on the process table: who is the parent of a container's process."""

from __future__ import annotations

import docker

from drydock.checks.lesson02 import host
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _


@task("02.3", _("In a terminal: who is the parent?"), hints=(
    _("The engine knows the PID of a container's first process. Whose table has that process's parent?"),
    _("`docker inspect` shows `State.Pid`. `ps -o ppid= -p PID` prints a parent, in a container with the host's PID namespace."),
    _("`docker run --name dd-report --label dev.drydock.lesson=02 --pid host dd-engine ps -o ppid= -p $(docker inspect --format '{{.State.Pid}}' dd-watched)`"),
))  # fmt: skip
def parent(client: docker.DockerClient, see: See) -> None:
    watched = see.container("dd-watched", running=True)
    report = see.container("dd-report")
    state = report.attrs["State"]
    see.expect(
        _("how dd-report ended"),
        expected=_("by itself, with exit code 0"),
        actual=_("{status}, exit code {code}").format(status=state["Status"], code=state["ExitCode"]),
        holds=state["Status"] == "exited" and state["ExitCode"] == 0,
        hint=_("`ps -p` ends with 1 when there is no such process: in whose PID namespace did it look?"),
    )
    log = report.logs().decode(errors="replace").strip()
    table = host.table(see)
    first = int(watched.attrs["State"]["Pid"])
    right = log == str(table[first].parent)
    there = log.isascii() and log.isdigit() and int(log) in table
    other = _("{pid}, that is {name}").format(pid=log, name=table[int(log)].name) if there else log
    see.expect(
        _("log of dd-report"),
        expected=_("the PID of the shim of dd-watched, and nothing else"),
        actual=_("the shim's PID") if right else other or _("nothing"),
        holds=right,
        hint=_("Each container has a shim of its own, which is the parent of its first process. A container that was started again has a new one."),
    )  # fmt: skip
