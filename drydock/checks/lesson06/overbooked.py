"""The repair of lesson 06: more workers than the memory limit is good for."""

from __future__ import annotations

import time

import docker
from docker.models.containers import Container

from drydock import cgroup
from drydock.checks.lesson06.processes import count
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

MIB = 2**20
WATCHED = 1  # s; a worker that does not fit lives for a tenth of one
WINDOWS = 3  # the last kill of before the repair may still be counted in the first
LIMIT, CARGO, ENTRY = 96, 30, "Rainbow, 1721"
# The program of task 06.7: a server as gunicorn is one, with the same signals for one worker less, and one more.
OVERBOOKED = f"""\
import os, signal, time
wanted, workers = int(os.environ["WORKERS"]), set()
def change(number, frame):
    global wanted
    wanted = max(1, wanted + (1 if number == signal.SIGTTIN else -1))
signal.signal(signal.SIGTTIN, change)
signal.signal(signal.SIGTTOU, change)
while True:
    while len(workers) < wanted:
        pid = os.fork()
        if pid == 0:
            cargo = bytearray({CARGO} * 2**20)
            time.sleep(86400)
        workers.add(pid)
    for pid in sorted(workers)[wanted:]:
        os.kill(pid, signal.SIGKILL)
    while workers and (pid := os.waitpid(-1, os.WNOHANG)[0]):
        workers.discard(pid)
        print("worker", pid, "has ended", flush=True)
    time.sleep(0.1)
"""


def start_overbooked(client: docker.DockerClient) -> Container:
    """Start the broken service of task 06.7: more workers than the memory limit is good for, and a logbook."""
    client.volumes.create("dd-logbook")
    service = client.containers.run(
        "python:3.13-slim", ["python", "-c", OVERBOOKED], name="dd-overbooked", detach=True,
        environment={"WORKERS": "6"}, volumes={"dd-logbook": {"bind": "/logbook"}},
        mem_limit=f"{LIMIT}m", memswap_limit=f"{LIMIT}m",
    )  # fmt: skip
    service.exec_run(["sh", "-c", f"echo '{ENTRY}' > /logbook/entries"])
    return service


@task("06.7", _("Repair: overbooked"), hints=(
    _("How much memory does a worker hold, and how many times does that fit below the limit?"),
    _("The number of workers is in the environment, which can't be changed: a new container with the same volume is one way. What does the program do at SIGTTOU?"),
    _('Two workers fit: `environment={"WORKERS": "2"}` and `volumes={"dd-logbook": {"bind": "/logbook"}}` on a new container with the old limit; or `docker kill -s TTOU dd-overbooked`, four times.'),
))  # fmt: skip
def overbooked(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-overbooked", running=True)
    before = cgroup.read(found)
    size, kills = before.memory_limit, before.oom_kills
    see.expect(
        _("memory limit of dd-overbooked"),
        expected=_("{size} MiB or less").format(size=LIMIT),
        actual=_("no limit") if size is None else _("{size} MiB").format(size=size // MIB),
        holds=size is not None and size <= LIMIT * MIB,
        hint=_("More memory would help for today. It is not yours to take: other services need it."),
    )
    kept = see.exec(found, ["cat", "/logbook/entries"])[1].splitlines()[:1] == [ENTRY]
    if not see.expect(
        _("the first entry in /logbook/entries"),
        expected=ENTRY,
        actual=ENTRY if kept else _("lost"),
        holds=kept,
        hint=_("A new container has a new writable layer. What shall outlive it lies in the volume, which must be mounted again. Begin again with the cell above."),
    ):  # fmt: skip
        return
    for _window in range(WINDOWS):
        time.sleep(WATCHED)
        now = cgroup.read(found).oom_kills
        killed, kills = now - kills, now
        if not killed:
            break
    see.expect(
        _("processes that the kernel killed in the last {seconds} s").format(seconds=WATCHED),
        expected=0,
        actual=killed,
        holds=killed == 0,
        hint=_("The container runs, and yet its workers are killed and replaced all the time: they don't fit below the limit together."),
    )  # fmt: skip
    working = count(see, found, "WORKERS")
    see.expect(
        _("workers of dd-overbooked"),
        expected=_("2 or more"),
        actual=working,
        holds=working >= 2,
        hint=_("One worker fits easily, but then one slow request stops all others. How many fit?"),
    )
