"""How many processors this container may use, and how many workers that is good for."""

import math
import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def cpus(root: Path = CGROUP) -> float | None:
    """Return the quota in processors, from cgroup version 2 or 1; None without a quota."""
    try:
        if (root / "cpu.max").exists():
            quota, period = (root / "cpu.max").read_text().split()
        else:
            quota = (root / "cpu" / "cpu.cfs_quota_us").read_text().strip()
            period = (root / "cpu" / "cpu.cfs_period_us").read_text()
    except FileNotFoundError:  # not in a container
        return None
    return None if quota in ("max", "-1") else int(quota) / int(period)


def workers(root: Path = CGROUP) -> int:
    """Return one worker for each processor that may be used, and at least one."""
    visible = os.process_cpu_count() or 1
    return max(1, min(visible, math.ceil(cpus(root) or visible)))
