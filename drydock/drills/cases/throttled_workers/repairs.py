"""Repairs of the number of workers."""

from __future__ import annotations

from drydock.drills.cases.throttled_workers.broken import PROGRAM, Broken

SETTINGS = '''\
import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def quota():
    """Return the processors that the quota pays for, from cgroup version 2 or 1; None without a quota."""
    if (CGROUP / "cpu.max").exists():
        time, period = (CGROUP / "cpu.max").read_text().split()
    else:
        time, period = ((CGROUP / f"cpu/cpu.cfs_{name}_us").read_text().strip() for name in ("quota", "period"))
    return None if time in ("max", "-1") else int(time) / int(period)


workers = int(os.environ.get("WORKERS") or max(1, int(quota() or os.process_cpu_count())))
'''


def told_how_many(scene: Broken) -> None:
    """The same quota, and beside it the number of workers that it can keep busy."""
    scene.serve({"WORKERS": "1"})


def counts_from_the_quota(scene: Broken) -> None:
    """The service asks its cgroup, in which the quota is, and needs a restart to do so."""
    scene.write("settings.py", SETTINGS)
    scene.client.containers.get(scene.web).restart(timeout=3)


def more_quota(scene: Broken) -> None:
    scene.client.containers.get(scene.web).update(cpu_quota=4 * scene.period)


def no_quota(scene: Broken) -> None:
    scene.serve(cpu_period=None, cpu_quota=None)


def a_shorter_period(scene: Broken) -> None:
    scene.serve(cpu_period=10_000, cpu_quota=10_000)


def python_told_of_one(scene: Broken) -> None:
    scene.serve({"PYTHON_CPU_COUNT": "1"})


def two_workers(scene: Broken) -> None:
    scene.serve({"WORKERS": "2"})


def nothing_to_compute(scene: Broken) -> None:
    scene.write("serve.py", PROGRAM.format(path="/nothing"))
    scene.serve({"WORKERS": "1"})


def a_larger_share(scene: Broken) -> None:
    scene.serve(cpu_shares=4096)


THE_QUOTA, WORKERS = "the service's quota", "worker processes"

REFERENCE = told_how_many
OTHERS = (counts_from_the_quota,)
NEAR_MISSES = {
    "more quota": (more_quota, THE_QUOTA),
    "no quota": (no_quota, THE_QUOTA),
    "shorter periods": (a_shorter_period, WORKERS),
    "PYTHON_CPU_COUNT": (python_told_of_one, WORKERS),
    "two workers": (two_workers, WORKERS),
    "a page that costs nothing": (nothing_to_compute, "processor time that an answer costs"),
    "a larger share": (a_larger_share, WORKERS),
}
