"""Run `docker build` once more when the engine has lost a layer under it.

A build that gives an image's name to its result first takes the name away, and then unpacks the layers that are new.
In between nothing holds the layers that both have in common. If any container of the engine is removed just then,
containerd collects its garbage, and the build fails: "parent snapshot … does not exist" (seen on Engine 26 with
containerd's image store). All steps are in the cache by then, so that the second build takes a moment.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from drydock.engine.process import end_with_parent

LOST = re.compile(r"parent snapshot \S+ does not exist")


def run(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a build whose messages go to a pipe or a file, and return its exit code.

    Where a layer was lost, what is printed is the first build's log up to that, and the second one's result.
    """
    code, lost = _build(command, env, said=True)
    return _build(command, env, said=False)[0] if lost else code


def _build(command: Sequence[str], env: Mapping[str, str], said: bool) -> tuple[int, bool]:
    """Return a build's exit code, and whether it lost a layer. Without `said` only what a failed one says is printed."""
    kept: list[str] = []
    lost = False
    with subprocess.Popen(
        command, env=env, stderr=subprocess.PIPE, text=True, errors="replace", preexec_fn=end_with_parent
    ) as build:
        signal.signal(signal.SIGTERM, lambda number, _frame: build.send_signal(number))
        signal.signal(signal.SIGINT, lambda _number, _frame: None)  # the build got it, too
        assert build.stderr is not None
        for line in build.stderr:
            lost = lost or LOST.search(line) is not None
            kept.append(line)
            if said and not lost:
                print(line, end="", file=sys.stderr, flush=True)
    if build.returncode != 0 and not said:
        print("".join(kept), end="", file=sys.stderr, flush=True)
    return build.returncode, lost
