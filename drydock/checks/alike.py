"""A container of a check's own that is set up as the learner's."""

from __future__ import annotations

from typing import Any

from docker.models.containers import Container
from docker.types import Ulimit


def settings(container: Container) -> dict[str, Any]:
    """Return what makes another container start with this one's rights and limits, for `See.started`.

    Image, command and networks are not among them, and ports are not published again.
    """
    config, host = container.attrs["Config"], container.attrs["HostConfig"]
    limits = [
        Ulimit(name=one["Name"], soft=one["Soft"], hard=one["Hard"]) for one in host.get("Ulimits") or []
    ]
    return {
        "entrypoint": config["Entrypoint"],
        "environment": config["Env"],
        "user": config["User"],
        "working_dir": config["WorkingDir"],
        "stop_signal": config.get("StopSignal"),
        "tty": config["Tty"],
        "init": host.get("Init"),
        "volumes": host.get("Binds") or [],
        "mounts": host.get("Mounts") or [],
        "tmpfs": host.get("Tmpfs") or {},
        "read_only": host["ReadonlyRootfs"],
        "privileged": host["Privileged"],
        "cap_add": host.get("CapAdd"),
        "cap_drop": host.get("CapDrop"),
        "security_opt": host.get("SecurityOpt"),
        "userns_mode": host.get("UsernsMode") or None,
        "pids_limit": host.get("PidsLimit"),
        "mem_limit": host["Memory"],
        "memswap_limit": host["MemorySwap"],
        "nano_cpus": host["NanoCpus"],
        "ulimits": limits,
    }
