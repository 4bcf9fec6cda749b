"""What the kernel counts and limits for a container: its control group, in either version.

Source: kernel documentation, cgroup v1 "Memory Resource Controller", "CFS Bandwidth Control", "CPU Accounting
Controller", "Process Number Controller"; and "Control Group v2".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docker.models.containers import Container

from drydock.errors import DrydockError
from drydock.text import _

MOUNT = "/sys/fs/cgroup"
# Where the memory limit is, by the engine's cgroup version.
MEMORY_FILES = {"1": f"{MOUNT}/memory/memory.limit_in_bytes", "2": f"{MOUNT}/memory.max"}
# Where the counters of the processor quota are.
CPU_FILES = {"1": f"{MOUNT}/cpu/cpu.stat", "2": f"{MOUNT}/cpu.stat"}
FILES = {
    "1": (
        "memory/memory.limit_in_bytes",
        "memory/memory.usage_in_bytes",
        "memory/memory.oom_control",
        "cpu/cpu.cfs_quota_us",
        "cpu/cpu.cfs_period_us",
        "cpu/cpu.stat",
        "cpuacct/cpuacct.usage",
        "pids/pids.max",
        "pids/pids.current",
    ),
    "2": (
        "memory.max",
        "memory.current",
        "memory.events",
        "cpu.max",
        "cpu.stat",
        "pids.max",
        "pids.current",
    ),
}
UNLIMITED = 2**62  # bytes; version 1 says "no limit" with the largest number there is


@dataclass(frozen=True)
class Cgroup:
    """A container's control group: limits (None is "no limit") and what was used since it started."""

    memory_limit: int | None  # bytes
    memory: int  # bytes in use now, the file cache included
    oom_kills: int  # processes that were killed at the memory limit
    cpus: float | None  # processors: the quota over its period
    cpu_seconds: float  # processor time used
    periods: int  # periods of the quota in which the container wanted to run
    throttled: int  # of these, the ones in which the quota was used up
    throttled_seconds: float  # time that its processes waited for a new period, summed over processors
    pids_limit: int | None
    pids: int  # processes and threads now


def read(container: Container) -> Cgroup:
    """Ask a running container's kernel, through the engine. The container needs a shell.

    Raises DrydockError when the files are not there; docker.errors.APIError when the container does not run.
    """
    assert container.client is not None
    version = str(container.client.info()["CgroupVersion"])
    # One process for all files, so that they are of one moment; "==> name" goes before each.
    script = f'cd {MOUNT}; for file; do echo "==> $file"; cat "$file"; done 2> /dev/null'
    output = container.exec_run(["sh", "-c", script, "sh", *FILES[version]]).output
    parts = bytes(output).decode(errors="replace").split("==> ")[1:]  # type: ignore[arg-type]
    files = {name: text for name, _newline, text in (part.partition("\n") for part in parts)}
    missing = [name for name in FILES[version] if not files.get(name, "").strip()]
    if missing:
        raise DrydockError(
            _("The container's cgroup has no {names} (version {version}).").format(
                names=", ".join(missing), version=version
            ),
            _("The container is as it was."),
            _("`docker exec NAME ls /sys/fs/cgroup` shows what is there; it needs a shell and `cat`."),
        )
    return parse(version, files)


def parse(version: str, files: Mapping[str, str]) -> Cgroup:
    """Return what the files of cgroup `version`, "1" or "2", say; `files` maps the names in FILES to their text."""
    if version == "1":
        stat = _counters(files["cpu/cpu.stat"])
        quota, period = int(files["cpu/cpu.cfs_quota_us"]), int(files["cpu/cpu.cfs_period_us"])
        limit = int(files["memory/memory.limit_in_bytes"])
        return Cgroup(
            memory_limit=None if limit >= UNLIMITED else limit,
            memory=int(files["memory/memory.usage_in_bytes"]),
            oom_kills=_counters(files["memory/memory.oom_control"]).get("oom_kill", 0),
            cpus=None if quota < 0 else quota / period,
            cpu_seconds=int(files["cpuacct/cpuacct.usage"]) / 1e9,
            periods=stat["nr_periods"],
            throttled=stat["nr_throttled"],
            throttled_seconds=stat["throttled_time"] / 1e9,
            pids_limit=_limit(files["pids/pids.max"]),
            pids=int(files["pids/pids.current"]),
        )
    stat = _counters(files["cpu.stat"])
    share, length = files["cpu.max"].split()
    return Cgroup(
        memory_limit=_limit(files["memory.max"]),
        memory=int(files["memory.current"]),
        oom_kills=_counters(files["memory.events"]).get("oom_kill", 0),
        cpus=None if share == "max" else int(share) / int(length),
        cpu_seconds=stat["usage_usec"] / 1e6,
        periods=stat.get("nr_periods", 0),
        throttled=stat.get("nr_throttled", 0),
        throttled_seconds=stat.get("throttled_usec", 0) / 1e6,
        pids_limit=_limit(files["pids.max"]),
        pids=int(files["pids.current"]),
    )


def _limit(text: str) -> int | None:
    return None if text.strip() == "max" else int(text)


def _counters(text: str) -> dict[str, int]:
    return {name: int(value) for name, value in (line.split() for line in text.splitlines())}
