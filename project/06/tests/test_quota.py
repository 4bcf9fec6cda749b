"""How many workers Harbour starts, from the files of both cgroup versions."""

import os

import pytest
import quota


@pytest.fixture
def processors(monkeypatch):
    """A machine with four processors."""
    monkeypatch.setattr(os, "process_cpu_count", lambda: 4)


@pytest.mark.parametrize(
    ("text", "cpus", "workers"),
    [
        ("50000 100000", 0.5, 1),
        ("100000 100000", 1, 1),
        ("150000 100000", 1.5, 2),
        ("800000 100000", 8, 4),
        ("max 100000", None, 4),
    ],
)
def test_version_2(tmp_path, processors, text, cpus, workers):
    (tmp_path / "cpu.max").write_text(text + "\n")
    assert (quota.cpus(tmp_path), quota.workers(tmp_path)) == (cpus, workers)


@pytest.mark.parametrize(("text", "cpus", "workers"), [("50000", 0.5, 1), ("300000", 3, 3), ("-1", None, 4)])
def test_version_1(tmp_path, processors, text, cpus, workers):
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(text + "\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert (quota.cpus(tmp_path), quota.workers(tmp_path)) == (cpus, workers)


def test_not_in_a_container(tmp_path, processors):
    assert (quota.cpus(tmp_path), quota.workers(tmp_path)) == (None, 4)
