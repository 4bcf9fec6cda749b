"""Run every test: linters, types, then pytest on the tests and, strictly, on every notebook with outputs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from drydock import images
from drydock.client import connect
from drydock.engine.system import require, require_library

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


def main(arguments: list[str]) -> int:
    """Run the checks, and then pytest even if one failed; pytest's line is the last. Return the worst exit code."""
    require("chromium", "chromium")
    require_library("atomic", "libatomic1")  # what Playwright's driver is linked with
    client = connect()
    images.need(client, *images.ALL)
    client.close()
    failed = [" ".join(command) for command in CHECKS if subprocess.call(command, cwd=ROOT) != 0]
    code = subprocess.call([sys.executable, "-m", "pytest", *(arguments or PYTEST)], cwd=ROOT)
    for command in failed:
        print(f"FAILED before pytest: {command}", file=sys.stderr)
    return code or len(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
