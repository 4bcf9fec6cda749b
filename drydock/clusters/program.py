"""The cluster's own program on this computer: it is kubectl, too."""

from __future__ import annotations

import os
import platform
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from drydock.archives import opened
from drydock.clusters import access
from drydock.engine import paths

if TYPE_CHECKING:  # the kubectl command needs none of docker-py
    from docker.models.containers import Container

INSIDE = "/usr/local/bin/kube"
NAME = "kube"
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}  # the engine's words, and Linux's


def find() -> Path | None:
    """Return the program where it is: compiled here, or fetched from the cluster. None where it can't run, or is not."""
    if platform.system() != "Linux":
        return None
    compiled = sorted(
        paths.home().glob(f"node-*/{NAME}"), key=lambda file: file.stat().st_mtime, reverse=True
    )
    found = [file for file in (*compiled, access.folder() / NAME) if os.access(file, os.X_OK)]
    return found[0] if found else None


def fetch(control: Container) -> None:
    """Copy the program from the control plane where it was not compiled here, as with an image from a registry."""
    assert control.client is not None
    machine = MACHINES.get(control.client.version()["Arch"])
    if find() is not None or platform.system() != "Linux" or platform.machine() != machine:
        return
    pieces, _stat = control.get_archive(INSIDE)
    with tempfile.TemporaryFile(dir=paths.home()) as file:
        for piece in pieces:
            file.write(piece)
        file.seek(0)
        with tarfile.open(fileobj=file) as archive, tempfile.TemporaryDirectory(dir=access.folder()) as draft:
            made = Path(draft) / NAME
            with made.open("wb") as copy:
                shutil.copyfileobj(opened(archive, NAME), copy)
            made.chmod(0o755)
            made.rename(access.folder() / NAME)
