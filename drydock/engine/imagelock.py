"""Keep builds and removals of images apart, among the course's own processes.

With containerd's image store an engine collects unused layers when an image is removed, and takes those along
that a build is just unpacking. That build fails: "parent snapshot … does not exist" (seen on Engine 26). A
notebook that cleans up beside one that builds is enough.

Builds share a lock, and a removal has it alone. While a removal waits it holds the gate, at which new builds
wait in turn: else one build after the other could keep it waiting.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from drydock.engine import paths

PATIENCE = 120.0  # s that a removal waits for builds
PAUSE = 0.05  # s between two tries
GATE, LOCK = "images.gate", "images.lock"


def hold_for_build() -> None:
    """Let no removal begin while this process, or the program that it becomes, runs."""
    gate, lock = _open(GATE), _open(LOCK)
    fcntl.flock(gate, fcntl.LOCK_SH)
    fcntl.flock(lock, fcntl.LOCK_SH)
    os.close(gate)
    os.set_inheritable(lock, True)


def hold_for_removal() -> None:
    """Wait until no build runs, at most `PATIENCE` s, and let none begin while this process, or the program that it becomes, runs."""
    for held in _alone():
        os.set_inheritable(held, True)


@contextlib.contextmanager
def removing() -> Iterator[None]:
    """Wait until no build runs, at most `PATIENCE` s, and let none begin meanwhile."""
    held = _alone()
    try:
        yield
    finally:
        for lock in held:
            os.close(lock)


def free() -> bool:
    """Tell whether neither a build nor a removal holds the lock."""
    lock = _open(LOCK)
    try:
        return _exclusive(lock)
    finally:
        os.close(lock)


def _alone() -> list[int]:
    """Return the gate and the lock, held by nobody else, or not held when `PATIENCE` is over."""
    locks = [_open(GATE), _open(LOCK)]
    deadline = time.monotonic() + PATIENCE
    for lock in locks:
        while not _exclusive(lock) and time.monotonic() < deadline:
            time.sleep(PAUSE)
    return locks


def _open(name: str) -> int:
    paths.home().mkdir(parents=True, exist_ok=True)
    return os.open(paths.home() / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _exclusive(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
