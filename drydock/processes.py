"""The processes on the engine's host, as a container with the host's PID namespace sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import docker
from docker.models.containers import Container

from drydock.nested.starting import IMAGE

# Without a heading, so that each line is a process. Source: ps(1).
PS = ["ps", "-eo", "pid=,ppid=,comm=,args="]
ENGINE = ("dockerd", "containerd")


@dataclass(frozen=True)
class Process:
    """A process: its number, its parent's, the kernel's name for it (at most 15 characters), its command line."""

    pid: int
    parent: int
    name: str
    command: str


def table(client: docker.DockerClient) -> dict[int, Process]:
    """Return the processes in the PID namespace that the engine runs in, by number."""
    return parse(client.containers.run(IMAGE, PS, pid_mode="host", remove=True).decode())


def parse(text: str) -> dict[int, Process]:
    """Return what `ps` with the columns of PS printed, by number."""
    fields = (line.split(maxsplit=3) for line in text.splitlines())
    found = (Process(int(pid), int(parent), name, "".join(rest)) for pid, parent, name, *rest in fields)
    return {process.pid: process for process in found}


def ancestors(processes: Mapping[int, Process], pid: int) -> list[Process]:
    """Return a process, its parent, its parent's parent and so on; [] when it is not there."""
    line = []
    while pid in processes:
        line.append(processes[pid])
        pid = processes[pid].parent
    return line


def is_shim(process: Process) -> bool:
    """Tell whether a process is a shim: what stands below one belongs to a container."""
    return process.name.startswith("containerd-shim")


def around(processes: Mapping[int, Process], containers: Iterable[Container]) -> list[Process]:
    """Return the engine's own processes, those of the containers, and all that are above them."""
    firsts = set()
    for container in containers:
        container.reload()
        firsts.add(int(container.attrs["State"]["Pid"]))
    wanted = {
        process.pid
        for process in processes.values()
        if process.name in ENGINE and not any(map(is_shim, ancestors(processes, process.pid)))
    }
    wanted |= {
        pid for pid in processes if any(above.pid in firsts for above in ancestors(processes, pid))
    }  # fmt: skip
    shown = {above.pid for pid in wanted for above in ancestors(processes, pid)}
    return [processes[pid] for pid in sorted(shown)]
