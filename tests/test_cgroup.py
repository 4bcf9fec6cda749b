"""Both cgroup versions are read right: from files as kernels wrote them, and from a container here."""

from __future__ import annotations

import pytest

from drydock import cgroup, images
from drydock.cgroup import Cgroup
from drydock.client import LabellingClient
from drydock.errors import DrydockError

# Version 1: Linux 6.18, a container with 64 MiB, half a processor and at most 20 processes.
V1 = {
    "memory/memory.limit_in_bytes": "67108864\n",
    "memory/memory.usage_in_bytes": "798720\n",
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n",
    "cpu/cpu.cfs_quota_us": "25000\n",
    "cpu/cpu.cfs_period_us": "50000\n",
    "cpu/cpu.stat": "nr_periods 31\nnr_throttled 30\nthrottled_time 1349628913\nnr_bursts 0\nburst_time 0\n",
    "cpuacct/cpuacct.usage": "65593886\n",
    "pids/pids.max": "20\n",
    "pids/pids.current": "1\n",
}
# Version 2: Linux 6.12.117 of Debian, the same limits; seven processes that asked for 100 MB, then 4 s of a busy loop.
V2 = {
    "memory.max": "67108864\n",
    "memory.current": "266240\n",
    "memory.events": "low 0\nhigh 0\nmax 490\noom 14\noom_kill 7\noom_group_kill 0\n",
    "cpu.max": "50000 100000\n",
    "cpu.stat": "usage_usec 3222101\nuser_usec 258956\nsystem_usec 2963145\nnice_usec 0\n"
    "nr_periods 66\nnr_throttled 63\nthrottled_usec 2880626\nnr_bursts 0\nburst_usec 0\n",
    "pids.max": "20\n",
    "pids.current": "1\n",
}
# The same kernel, a group without limits in which nothing has run.
V2_FREE = {
    "memory.max": "max\n",
    "memory.current": "0\n",
    "memory.events": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n",
    "cpu.max": "max 100000\n",
    "cpu.stat": "usage_usec 0\nuser_usec 0\nsystem_usec 0\nnice_usec 0\n"
    "nr_periods 0\nnr_throttled 0\nthrottled_usec 0\nnr_bursts 0\nburst_usec 0\n",
    "pids.max": "max\n",
    "pids.current": "0\n",
}
LIMITS = {"memory_limit": 64 * 2**20, "cpus": 0.5, "pids_limit": 20, "pids": 1, "oom_kills": 7}
USE_V1 = {
    "memory": 798_720,
    "periods": 31,
    "throttled": 30,
    "cpu_seconds": 0.0656,
    "throttled_seconds": 1.3496,
}
USE_V2 = {
    "memory": 266_240,
    "periods": 66,
    "throttled": 63,
    "cpu_seconds": 3.2221,
    "throttled_seconds": 2.8806,
}


@pytest.mark.parametrize(("version", "files", "use"), [("1", V1, USE_V1), ("2", V2, USE_V2)])
def test_what_the_files_say(version: str, files: dict[str, str], use: dict[str, float]) -> None:
    assert set(files) == set(cgroup.FILES[version])
    seen = cgroup.parse(version, files)
    assert {name: getattr(seen, name) for name in LIMITS} == LIMITS
    assert {name: getattr(seen, name) for name in use} == pytest.approx(use, abs=1e-4)


@pytest.mark.parametrize(
    ("version", "files"),
    [
        (
            "1",
            {
                **V1,
                "memory/memory.limit_in_bytes": "9223372036854771712\n",
                "cpu/cpu.cfs_quota_us": "-1\n",
                "pids/pids.max": "max\n",
                "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\n",  # before Linux 4.13
            },
        ),
        ("2", V2_FREE),
        (
            "2",
            {**V2_FREE, "cpu.stat": "usage_usec 65593\nuser_usec 41012\nsystem_usec 24581\n"},
        ),  # no cpu controller
    ],
)
def test_no_limits(version: str, files: dict[str, str]) -> None:
    seen = cgroup.parse(version, files)
    assert (seen.memory_limit, seen.cpus, seen.pids_limit, seen.oom_kills) == (None, None, None, 0)


def test_a_container_here(client: LabellingClient) -> None:
    images.need(client, "debian:trixie-slim")
    container = client.containers.run(
        "debian:trixie-slim", ["sleep", "1d"], detach=True, cpu_quota=30_000, cpu_period=60_000,
        mem_limit="64m", memswap_limit="64m", pids_limit=20,
    )  # fmt: skip
    try:
        seen = cgroup.read(container)
        assert (seen.memory_limit, seen.cpus, seen.pids_limit) == (64 * 2**20, 0.5, 20)
        assert 0 < seen.memory < 64 * 2**20 and 0 < seen.cpu_seconds < 5 and 1 < seen.pids < 10
        assert (seen.oom_kills, seen.throttled <= seen.periods) == (0, True)
        assert isinstance(seen, Cgroup)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(cgroup.FILES, client.info()["CgroupVersion"], ("memory.shoe_size",))
            with pytest.raises(DrydockError, match="shoe_size"):
                cgroup.read(container)
    finally:
        container.remove(force=True)
