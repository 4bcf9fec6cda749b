"""A learner who is nobody on this machine, and has an emulated machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from drydock import images
from drydock.client import LabellingClient
from drydock.engine import microvm, paths
from tests.microvm import nobody

BEGIN = """
import json, os, socket, subprocess, sys, time, urllib.request
from pathlib import Path
import docker
import drydock
from drydock import images
from drydock.client import connect
from drydock.engine import lookup, microvm, paths, process
from drydock.engine.command import environment
from drydock.engine.microvm import keys, laying, saved, status
from drydock.errors import EngineUnavailableError
from drydock.waiting import wait_until
IMAGE = "debian:trixie-slim"

def quit_qemu():
    pid = process.living(paths.machine() / "qemu.pid")
    os.kill(pid, 9)
    wait_until(lambda: process.living(paths.machine() / "keeper.pid") is None, "the keeper's end")
"""


@dataclass(frozen=True)
class Learner:
    """Somebody with a home folder and no rights; `run` gives what their Python program prints."""

    home: Path
    machine: Path
    bundle: Path
    user: int = nobody.NOBODY

    def run(self, code: str, **more: str) -> str:
        """Run Python code as this learner. An error there fails the test with its text."""
        done = self.attempt(code, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def attempt(self, code: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run Python code as this learner, also where it is to fail."""
        seen = [Path(sys.base_prefix), paths.COURSE, self.machine, self.bundle.parent]
        given = {
            "DRYDOCK_ENGINE": "microvm",
            "DRYDOCK_MACHINE": str(self.machine),
            "BUNDLE": str(self.bundle),
        }
        return nobody.python(seen, BEGIN + textwrap.dedent(code), self.home, self.user, **{**given, **more})


@pytest.fixture(scope="session")
def machine() -> Path:
    """The machine as it was built, for all learners here."""
    return microvm.build()


@pytest.fixture(scope="session")
def bundle(client: LabellingClient) -> Iterator[Path]:
    """A file with one small image that everybody may read; beside it one with Python's."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    images.need(client, "debian:trixie-slim", "python:3.13-slim")
    images.save(client, folder / "debian.tar", ["debian:trixie-slim"])
    images.save(client, folder / "python.tar", ["python:3.13-slim"])
    yield folder / "debian.tar"
    shutil.rmtree(folder)


def hire(machine: Path, bundle: Path, user: int = nobody.NOBODY) -> Iterator[Learner]:
    """A learner with an empty home; at the end their machine is killed and their home deleted."""
    home = Path(tempfile.mkdtemp(dir="/var/tmp"))
    os.chown(home, user, user)
    learner = Learner(home, machine, bundle, user)
    yield learner
    learner.attempt("microvm.end()")
    shutil.rmtree(home)


@pytest.fixture
def learner(machine: Path, bundle: Path) -> Iterator[Learner]:
    """A learner who has not started a machine yet."""
    yield from hire(machine, bundle)


@pytest.fixture(scope="module")
def settled(machine: Path, bundle: Path) -> Iterator[Learner]:
    """A learner whose machine runs, and has Debian's image and Python's."""
    for learner in hire(machine, bundle):
        learner.run("images.load(connect('test'), Path(os.environ['BUNDLE']))")
        learner.run("images.load(connect('test'), Path(os.environ['BUNDLE']).with_name('python.tar'))")
        yield learner
