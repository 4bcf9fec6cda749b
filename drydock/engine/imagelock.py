"""Keep builds and removals of images apart, among the course's own processes.

With containerd's image store an engine collects unused layers when an image is removed, and takes those along
that a build is just unpacking. That build fails: "parent snapshot … does not exist" (seen on Engine 26). A
notebook that cleans up beside one that builds is enough.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from drydock.engine import paths

PATIENCE = 60.0  # s that a removal waits for builds
PAUSE = 0.05  # s between two tries


def hold_for_build() -> None:
    """Let no removal begin while this process, or the program that it becomes, runs."""
    lock = _open()
    fcntl.flock(lock, fcntl.LOCK_SH)
    os.set_inheritable(lock, True)


@contextlib.contextmanager
def removing() -> Iterator[None]:
    """Wait until no build runs, at most `PATIENCE` s, and let none begin meanwhile."""
    lock = _open()
    try:
        deadline = time.monotonic() + PATIENCE
        while not _exclusive(lock) and time.monotonic() < deadline:
            time.sleep(PAUSE)
        yield
    finally:
        os.close(lock)


def free() -> bool:
    """Tell whether neither a build nor a removal holds the lock."""
    lock = _open()
    try:
        return _exclusive(lock)
    finally:
        os.close(lock)


def _open() -> int:
    paths.home().mkdir(parents=True, exist_ok=True)
    return os.open(paths.home() / "images.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _exclusive(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
