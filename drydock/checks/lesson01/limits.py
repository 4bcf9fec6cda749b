"""Tasks on cgroups: ceilings that the kernel holds."""

from __future__ import annotations

import docker
from docker.models.containers import Container

from drydock import cgroup
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

MIB = 2**20
TIGHT = "dd-tight"
STATE = "/state/answer"


@task("01.3", _("Limits that hold"), hints=(
    _("Which of the flags set a ceiling, and which only say who goes first when there is not enough for all?"),
    _("`mem_limit` is a ceiling; `mem_reservation` is not. For processors, a quota is a ceiling; shares are not."),
    _('`mem_limit="64m"` with `memswap_limit="64m"`, and `nano_cpus` in billionths of a processor (`docker run --cpus 0.5`).'),
))  # fmt: skip
def limits(client: docker.DockerClient, see: See) -> None:
    small = see.container("dd-small", running=True)
    seen = cgroup.read(small)
    see.expect(
        _("memory limit in the container's cgroup"),
        expected=_("64 MiB, that is {bytes} bytes").format(bytes=64 * MIB),
        actual=_("no limit") if seen.memory_limit is None else _("{bytes} bytes").format(bytes=seen.memory_limit),
        holds=seen.memory_limit == 64 * MIB,
        hint=_("A reservation is no ceiling. `64m` is 64 MiB; a plain number is bytes, and 64 million of them are less than 64 MiB."),
    )  # fmt: skip
    see.expect(
        _("processor quota in the container's cgroup"),
        expected=_("half of one processor"),
        actual=_("no quota") if seen.cpus is None else _("{share:g} of one processor").format(share=seen.cpus),
        holds=seen.cpus == 0.5,
        hint=_("Shares and pinning to a processor are no quota: the one only counts when others want the processor too, the other says which, not how much."),
    )  # fmt: skip


def start_tight(client: docker.DockerClient) -> Container:
    """Start the broken service of task 01.6: too little memory, and a state that a restart would lose."""
    tight = client.containers.run(
        "python:3.13-slim", ["sleep", "1d"], name=TIGHT, detach=True, tmpfs={"/state": "size=1m"},
        mem_limit="24m", memswap_limit="24m",
    )  # fmt: skip
    tight.exec_run(["sh", "-c", f"echo 42 > {STATE}"])
    return tight


@task("01.6", _("Repair: no room to work"), hints=(
    _("What is the limit, for the kernel? And can it change while the container runs?"),
    _("Memory alone can't be raised above the old limit for memory and swap together."),
    _('`tight.update(mem_limit="96m", memswap_limit="96m")` (`docker update --memory 96m --memory-swap 96m dd-tight`).'),
))  # fmt: skip
def room(client: docker.DockerClient, see: See) -> None:
    tight = see.container(TIGHT, running=True)
    limit = cgroup.read(tight).memory_limit
    size = None if limit is None else limit // MIB
    see.expect(
        _("memory limit of dd-tight"),
        expected=_("64 to 128 MiB"),
        actual=_("no limit") if size is None else _("{size} MiB").format(size=size),
        holds=size is not None and 64 <= size <= 128,
        hint=_("The limit is there to protect the others: give room, and keep a ceiling."),
    )
    kept = see.exec(tight, ["cat", STATE]) == (0, "42")
    if not see.expect(
        _("state of the service, in /state"),
        expected=_("kept"),
        actual=_("kept") if kept else _("lost"),
        holds=kept,
        hint=_("/state is memory of the running container: a stop, a restart or a new container empties it. To begin again, remove dd-tight (`docker rm -f dd-tight`) and run the cell that starts it."),
    ):  # fmt: skip
        return
    asked = see.exec(tight, ["python", "-c", "bytearray(48 * 2**20)"])[0]
    see.expect(
        _("a worker that needs 48 MiB"),
        expected=_("ends with 0"),
        actual=_("ends with {code}").format(code=asked),
        holds=asked == 0,
        hint=_("137 is SIGKILL: the kernel ended it at the limit."),
    )
