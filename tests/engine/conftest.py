"""Engines beside the one that the other tests use, and processes with fewer rights."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drydock import images
from drydock.client import LabellingClient
from drydock.engine import native, rootfs

NOBODY = 65534


@pytest.fixture
def second_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Another place for a private engine, on the same root file system; stopped at the end."""
    built = rootfs.engine()
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path))
    (tmp_path / built.name).symlink_to(built)
    yield tmp_path
    native.stop()


@pytest.fixture(scope="session")
def bundle(client: LabellingClient, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one small image, for engines that have none."""
    file = tmp_path_factory.mktemp("bundle") / "debian.tar"
    images.need(client, "debian:trixie-slim")
    images.save(client, file, ["debian:trixie-slim"])
    return file


@pytest.fixture(scope="session")
def python_bundle(client: LabellingClient, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with Python's image."""
    file = tmp_path_factory.mktemp("bundle") / "python.tar"
    images.need(client, "python:3.13-slim")
    images.save(client, file, ["python:3.13-slim"])
    return file


def as_nobody(work: Callable[[], None]) -> str:
    """Run `work` in a child that is nobody, and return what it raised as text, or an empty one."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            work()
        except BaseException:
            os.write(writer, traceback.format_exc().encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as said:
        return said.read()
