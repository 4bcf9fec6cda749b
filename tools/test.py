"""Run every test: linters, types, then pytest on the tests and, strictly, on every notebook with outputs.

pytest runs three times: most tests and lessons three at a time, one of the three for what shares the one Kubernetes
cluster; then emulated machines two at a time, as each keeps one processor busy; and last what needs the machine for
itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from drydock import images
from drydock.client import LabellingClient, connect
from drydock.engine.system import require, require_library
from tests.conftest import FOUND, labelled

LONGEST = 20  # how many files are named at the end, with their times
ROOT = Path(__file__).resolve().parents[1]
CHECKS = (
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy"],
    [sys.executable, "-m", "tools.catalogue", "--check"],
)
PYTEST = (
    "tests",
    "notebooks",
    "solutions",
    "--nbval",
    "--nbval-sanitize-with",
    "tests/sanitize.cfg",
    "--durations=12",
)
PARTS = (
    ("-n", "3", "--no-loadscope-reorder", "-m", "not alone and not emulated"),
    ("-n", "2", "--no-loadscope-reorder", "-m", "emulated and not alone"),
    ("-m", "alone"),
)


def main(arguments: list[str]) -> int:
    """Run the checks, and then pytest even if one failed; the line that counts is the last. Return an exit code."""
    require("chromium", "chromium")
    require_library("atomic", "libatomic1")  # what Playwright's driver is linked with
    client = connect()
    prepare(client)
    # What other notebooks have on the engine: it is no mistake of ours if it is still there at the end.
    environment = {**os.environ, FOUND: json.dumps(sorted(labelled(client)))}
    client.close()
    failed = [" ".join(command) for command in CHECKS if subprocess.call(command, cwd=ROOT) != 0]
    counts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    codes = []
    for options in [arguments] if arguments else [(*PYTEST, *part) for part in PARTS]:
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "junit.xml"
            command = [sys.executable, "-m", "pytest", *options, f"--junitxml={report}"]
            codes.append(subprocess.call(command, cwd=ROOT, env=environment))
            counts += tally(report)
            seconds += times(report)
    print(
        "Files that took longest:",
        *(f"{time:6.0f} s  {name}" for name, time in seconds.most_common(LONGEST)),
        sep="\n",
    )
    for check in failed:
        print(f"FAILED before pytest: {check}", file=sys.stderr)
    print("{passed} passed, {failed} failed, {skipped} skipped".format_map(counts), flush=True)
    return next(filter(None, codes), len(failed))


def prepare(client: LabellingClient) -> None:
    """Get all images. The node's is compiled meanwhile, where it has to be: most of the others wait for packages."""
    base, *_own = images.CLUSTER
    images.need(client, base)
    # Its output goes to no terminal, so it says what it does in lines, and draws no bar among ours.
    node = subprocess.Popen("drydock images node 2>&1 | cat", shell=True)
    images.need(client, *(image for image in images.ALL if image not in images.CLUSTER))
    node.wait()
    images.need(client, *images.CLUSTER)  # where it could not be had, this says why


def cases(report: Path) -> list[ElementTree.Element]:
    """Return the tests in pytest's report in JUnit's format; none where pytest did not come to a report."""
    return list(ElementTree.parse(report).iter("testcase")) if report.exists() else []


def tally(report: Path) -> Counter[str]:
    """Return how many tests of such a report passed, failed and were skipped."""
    found = Counter(passed=0, failed=0, skipped=0)
    for case in cases(report):
        ends = {child.tag for child in case}
        found["failed" if ends & {"failure", "error"} else "skipped" if "skipped" in ends else "passed"] += 1
    return found


def times(report: Path) -> Counter[str]:
    """Return how long the tests of each file, or the cells of each notebook, took together, in s."""
    found: Counter[str] = Counter()
    for case in cases(report):
        found[case.get("classname", "")] += float(case.get("time", 0))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
