"""The engine's control groups on the host: all below one name of ours."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")


def remove(name: str) -> None:
    """Remove the empty groups below `name`, in every hierarchy of version 1, or in the one of version 2.

    Two engines may end at the same time: a group that has gone meanwhile is no error.
    """
    hierarchies = [folder for folder in MOUNT.iterdir() if folder.is_dir()] if MOUNT.is_dir() else []
    for top in [MOUNT, *hierarchies]:
        for group, _groups, _files in os.walk(top / name, topdown=False):  # which passes over what has gone
            with contextlib.suppress(OSError):  # one that still has a process stays
                Path(group).rmdir()
