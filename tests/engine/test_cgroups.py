"""Groups of ours on the host are removed, also when another engine does the same just now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from drydock.engine import cgroups

NAME = "drydock-test"


@pytest.mark.parametrize("at_once", [1, 4])
def test_groups_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(cgroups, "MOUNT", tmp_path)
    for hierarchy in ("cpu", "memory"):
        for number in range(100):
            (tmp_path / hierarchy / NAME / "docker" / str(number)).mkdir(parents=True)
        (tmp_path / hierarchy / "docker").mkdir()
    (tmp_path / NAME / "docker").mkdir(parents=True)
    with ThreadPoolExecutor(at_once) as pool:
        for removal in [pool.submit(cgroups.remove, NAME) for _ in range(at_once)]:
            removal.result()
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "cpu", "cpu/docker", "memory", "memory/docker",
    ]  # fmt: skip


def test_a_group_in_use_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "MOUNT", tmp_path)
    (tmp_path / NAME / "docker").mkdir(parents=True)
    (tmp_path / NAME / "docker" / "cgroup.procs").write_text("1\n")  # rmdir fails, as it does on a kernel
    cgroups.remove(NAME)
    assert (tmp_path / NAME / "docker").is_dir()


def test_no_control_groups_are_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "MOUNT", tmp_path / "nowhere")
    cgroups.remove(NAME)
