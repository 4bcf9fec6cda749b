"""Run Kubernetes' conformance suite against the course's cluster with two nodes, and say how many specs passed.

Results are kept in build/conformance after each few specs: a run that was stopped goes on where it was, and one that
is asked for some specs by a pattern adds to what is there.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from threading import Lock, current_thread

import drydock
from drydock.client import connect
from drydock.engine import paths
from drydock.images import compiling
from tools.conformance import pods, suite
from tools.conformance.suite import Outcome

FOLDER = paths.COURSE / "build" / "conformance" / compiling.release(suite.SOURCE, suite.KUBERNETES)
BATCH = 5  # specs; each run of the suite takes some seconds by itself
AT_A_TIME = 3  # batches: a spec mostly waits


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, prog="make conformance")
    options.add_argument("--kind", choices=suite.KINDS, default="conformance", help="which specs")
    options.add_argument(
        "--only", metavar="PATTERN", default="", help="specs whose name a regular expression finds"
    )
    options.add_argument("--again", action="store_true", help="also those that have passed already")
    options.add_argument(
        "--minutes", type=float, default=float("inf"), help="begin no more specs after so long"
    )
    asked = options.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    client = connect("conformance")
    programs = compiling.compiled(suite.module(), client.version()["Arch"])
    binary = programs[suite.BINARY]
    names = [name for name in suite.listed(binary, FOLDER, asked.kind) if re.search(asked.only, name)]
    found = load()
    left = [name for name in names if asked.again or name not in found or found[name].state != "passed"]
    if left:
        cluster = drydock.cluster(workers=suite.NODES - 1)
        pods.bring(client, cluster, programs)
        go_through(binary, left, found, cluster.kubeconfig, time.monotonic() + asked.minutes * 60)
    said(names, found)
    drydock.clean(client)
    good = ("passed", "skipped", "not run")
    return any(found[name].state not in good for name in names if name in found)


def go_through(
    binary: Path, names: Sequence[str], found: dict[str, Outcome], kubeconfig: Path, end: float
) -> None:
    """Run specs in batches, some at a time, and keep what came of each. Those that are not serial bear others beside them."""
    lock = Lock()

    def go(batch: Sequence[str]) -> None:
        if time.monotonic() > end:
            return
        outcomes = suite.run(binary, batch, kubeconfig, FOLDER / current_thread().name)
        with lock:
            found.update({name: outcomes.get(name, Outcome("not run", 0)) for name in batch})
            for name in batch:
                print(f"{found[name].state:8} {found[name].seconds:6.1f} s  {name}", flush=True)
            partial = FOLDER / "results.json.partial"
            partial.write_text(json.dumps({name: asdict(one) for name, one in found.items()}, indent=1))
            partial.rename(FOLDER / "results.json")

    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="run") as pool:
        # An error, or an interrupt, cancels those that have not begun.
        list(pool.map(go, batched(names, BATCH)))


def batched(names: Sequence[str], size: int) -> list[Sequence[str]]:
    """Return the names in parts of so many."""
    return [names[begin : begin + size] for begin in range(0, len(names), size)]


def load() -> dict[str, Outcome]:
    """Return what earlier runs have found."""
    file = FOLDER / "results.json"
    return (
        {name: Outcome(**one) for name, one in json.loads(file.read_text()).items()} if file.exists() else {}
    )


def said(names: Sequence[str], found: dict[str, Outcome]) -> None:
    """Print how many of these specs ended how, and what those that failed said."""
    counts = Counter(found[name].state if name in found else "not run" for name in names)
    for name in names:
        if name in found and found[name].state not in ("passed", "not run"):
            first = found[name].failure.strip().splitlines()[:3]
            print(f"\n{found[name].state}: {name}\n  " + "\n  ".join(first))
    print(f"\n{len(names)} specs: " + ", ".join(f"{count} {state}" for state, count in counts.items()))


if __name__ == "__main__":
    raise SystemExit(main())
