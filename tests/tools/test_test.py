"""The summary of the test run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import LONG, scope_of
from tools.test import ROOT, tally, times

CASES = """
import pytest, time
def test_passes(): time.sleep(0.2)
def test_fails(): assert False
@pytest.fixture
def broken(): raise ValueError
def test_breaks(broken): pass
@pytest.mark.skip(reason="not here")
def test_is_skipped(): pass
"""


def test_each_case_counts_once(tmp_path: Path) -> None:
    (tmp_path / "test_cases.py").write_text(CASES)
    report = tmp_path / "junit.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    subprocess.run([*command, f"--rootdir={tmp_path}", str(tmp_path)], capture_output=True)
    assert tally(report) == {"passed": 1, "failed": 2, "skipped": 1}
    assert [*times(report)] == ["test_cases"]
    assert 0.2 <= times(report)["test_cases"] < 10


def test_a_run_that_did_not_come_to_a_report_counts_nothing(tmp_path: Path) -> None:
    assert tally(tmp_path / "none.xml").total() == 0
    assert not times(tmp_path / "none.xml")


def test_what_takes_long_is_there() -> None:
    """Else it would begin last, unnoticed."""
    files = {str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("test_*.py")}
    assert set(LONG) <= {scope_of(f"{file}::test") for file in files}
