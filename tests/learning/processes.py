"""Python in a process of its own, on the test's progress file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(code: str, **more: str) -> subprocess.Popen[str]:
    """Start Python code, with these environment variables more; its output is a pipe."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, **more}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(code: str, **more: str) -> str:
    """Run Python code to its end, and return what it printed. Raises AssertionError where it fails."""
    process = start(code, **more)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out
