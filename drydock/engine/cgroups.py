"""The engine's control groups on the host: all below one name of ours."""

from __future__ import annotations

import contextlib
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")


def remove(name: str) -> None:
    """Remove the empty groups below `name`, in every hierarchy of version 1, or in the one of version 2."""
    tops = (
        [MOUNT / name, *(folder / name for folder in MOUNT.iterdir() if folder.is_dir())]
        if MOUNT.is_dir()
        else []
    )
    for top in tops:
        if top.is_dir():
            groups = [path for path in top.rglob("*") if path.is_dir()]
            for group in [*sorted(groups, key=lambda path: -len(path.parts)), top]:
                with contextlib.suppress(OSError):  # one that still has a process stays
                    group.rmdir()
