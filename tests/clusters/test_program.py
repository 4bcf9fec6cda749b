"""The cluster's program on this computer, where it was not compiled here."""

from __future__ import annotations

import io
import os
import platform
import subprocess
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from drydock.clusters import program

PROGRAM = b"#!/bin/sh\necho from the node\n"


def test_it_is_copied_from_the_node_and_can_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cluster").mkdir()
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("kube")
        member.size, member.uid = len(PROGRAM), 12345
        archive.addfile(member, io.BytesIO(PROGRAM))
    version = {"Arch": next(arch for arch, one in program.MACHINES.items() if one == platform.machine())}
    node = SimpleNamespace(
        client=SimpleNamespace(version=lambda: version), get_archive=lambda path: ([packed.getvalue()], {})
    )
    assert program.find() is None
    program.fetch(node)  # type: ignore[arg-type]
    found = program.find()
    assert found == tmp_path / "cluster/kube" and found.stat().st_uid == os.getuid()
    assert subprocess.run([found], capture_output=True, text=True).stdout == "from the node\n"
    assert [file.name for file in found.parent.iterdir()] == ["kube"]
