"""The engine's host, as a probe in its PID namespace sees it."""

from __future__ import annotations

from docker.models.containers import Container

from drydock import processes
from drydock.checks.see import See
from drydock.nested.starting import IMAGE
from drydock.processes import Process


def table(see: See) -> dict[int, Process]:
    """Return the processes on the engine's host, by number."""
    _code, text = see.probe(IMAGE, processes.PS, pid_mode="host")
    return processes.parse(text)


def shim(see: See, container: Container) -> int:
    """Return the number of a running container's shim."""
    return table(see)[int(container.attrs["State"]["Pid"])].parent


def bundle(see: See, container: Container) -> tuple[int, str]:
    """Read a running container's config.json; return the exit code of `cat`, and what it printed.

    Source: containerd's runtime v2, whose shim works in the folder of its bundle.
    """
    return see.probe(
        IMAGE,
        ["cat", f"/proc/{shim(see, container)}/cwd/config.json"],
        pid_mode="host",
        cap_add=["SYS_PTRACE"],
        security_opt=["apparmor=unconfined"],
    )
