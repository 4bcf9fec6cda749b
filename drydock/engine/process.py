"""A process that outlives the one that started it, known again by its PID and the time of its birth."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

PAUSE = 0.02  # s between two looks whether a process has ended


def identity(pid: int) -> str:
    """Return a text that names a process for as long as the machine runs: a PID alone is used again."""
    return f"{pid} {_born(pid)}"


def living(file: Path) -> int | None:
    """Return the PID of the process whose identity is in `file`, or None when it has ended."""
    try:
        pid, born = file.read_text().split()
    except (OSError, ValueError):
        return None
    with contextlib.suppress(ChildProcessError):  # a child of ours stays a zombie until it is waited for
        os.waitpid(int(pid), os.WNOHANG)
    return int(pid) if _born(int(pid)) == born else None


def await_end(file: Path, seconds: float) -> None:
    """Wait until the process whose identity is in `file` has ended, at most so many seconds."""
    deadline = time.monotonic() + seconds
    while living(file) is not None and time.monotonic() < deadline:
        time.sleep(PAUSE)


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent ends. Source: prctl(2), PR_SET_PDEATHSIG."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """Return the PIDs of a process's children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _born(pid: int) -> str:
    """Return a process's start in clock ticks since boot (proc(5), /proc/PID/stat, field 22)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except OSError:
        return ""
