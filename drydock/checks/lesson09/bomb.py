"""The task on a fork bomb: it goes off, and its limit holds."""

from __future__ import annotations

import contextlib
from typing import Any

import docker
from docker.models.containers import Container
from docker.utils import version_gte

from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

LIMIT, MEMORY = 64, 256  # processes; MiB
CATCH = 512  # the largest limit with which the bomb goes off at all
MIB = 2**20
PATIENCE = 3  # s until the bomb has used up its limit
BOMB = f"""\
import os, pathlib, time
files = [pathlib.Path("/sys/fs/cgroup", name) for name in ("pids.max", "pids/pids.max")]
limit = next((file.read_text().strip() for file in files if file.exists()), "max")
if limit == "max" or int(limit) > {CATCH}:
    raise SystemExit(f"the limit is {{limit}}: this bomb stays off")
while True:
    try:
        os.fork()
    except BlockingIOError:
        time.sleep(0.2)
"""


@task("09.3", _("Set off a bomb"), hints=(
    _("The bomb looks for a limit, and stays off without one. Which limit counts processes?"),
    _("`pids_limit`, and `mem_limit` with `memswap_limit` beside it. A quota of processor time is polite."),
    _('`client.containers.run("python:3.13-slim", ["python", "-c", BOMB], name="dd-bomb", detach=True, pids_limit=32, mem_limit="256m", memswap_limit="256m")`'),
))  # fmt: skip
def bomb(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-bomb", running=True)
    current, limit = _processes(found)
    if limit and limit <= LIMIT:
        with contextlib.suppress(DrydockError):
            wait_until(lambda: _processes(found)[0] >= limit, "full", timeout=PATIENCE)
        current, limit = _processes(found)
    see.expect(
        _("limit of processes in dd-bomb"),
        expected=_("{count} or less").format(count=LIMIT),
        actual=limit or _("no limit"),
        holds=0 < limit <= LIMIT,
        hint=_("The limit is the container's, in its cgroup: threads count, too, and so does what `docker exec` starts."),
    )  # fmt: skip
    see.expect(
        _("processes in dd-bomb"),
        expected=_("as many as the limit allows"),
        actual=current,
        holds=0 < limit <= current,
        hint=_("The bomb has not gone off. It is the program of the task that must run; its log says whether it stayed off."),
    )  # fmt: skip
    memory = int(found.attrs["HostConfig"]["Memory"])
    see.expect(
        _("memory limit of dd-bomb"),
        expected=_("{size} MiB or less").format(size=MEMORY),
        actual=_("{size} MiB").format(size=memory // MIB) if memory else _("no limit"),
        holds=0 < memory <= MEMORY * MIB,
        hint=_("Few processes can take all memory, too."),
    )


def _processes(container: Container) -> tuple[int, int]:
    """Return how many processes there are and how many there may be, 0 for "no limit". Nothing is started for it."""
    assert container.client is not None
    api = container.client.api
    at_once = {"one_shot": True} if version_gte(api.api_version, "1.41") else {}  # else it takes two samples
    sample: dict[str, Any] = api.stats(str(container.id), stream=False, **at_once)
    counted = sample.get("pids_stats") or {}
    limit = counted.get("limit") or 0
    return int(counted.get("current") or 0), 0 if limit > 2**31 else int(limit)
