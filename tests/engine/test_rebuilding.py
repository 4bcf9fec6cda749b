"""A build that loses a layer is run once more, and only such a build."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drydock.waiting import wait_until

LOST = 'ERROR: failed to solve: failed to prepare extraction snapshot "extract-1 sha256:a": parent snapshot sha256:b does not exist: not found'
RUN = "import os, sys; from drydock.engine import rebuilding; sys.exit(rebuilding.run(sys.argv[1:], os.environ))"


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    """A command that fails with its words in `says`, as long as there are any, and then builds."""
    script = tmp_path / "docker"
    script.write_text(
        '#!/bin/sh\ncd "${0%/*}"; echo run >> runs; echo "#1 DONE" >&2\n'
        "[ -s says ] || { echo sha256:built; exit 0; }\nhead -n 1 says >&2; sed -i 1d says; exit 1\n"
    )
    script.chmod(0o755)
    return script


def build(docker: Path, *says: str) -> tuple[subprocess.CompletedProcess[str], int]:
    (docker.parent / "says").write_text("".join(f"{line}\n" for line in says))
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(docker), "build"],
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    return done, len((docker.parent / "runs").read_text().splitlines())


def test_a_lost_layer_is_no_failure(docker: Path) -> None:
    done, runs = build(docker, LOST)
    assert (done.returncode, done.stdout, done.stderr, runs) == (0, "sha256:built\n", "#1 DONE\n", 2)


def test_lost_twice_is_one(docker: Path) -> None:
    done, runs = build(docker, LOST, LOST)
    assert (done.returncode, done.stdout, runs) == (1, "", 2)
    assert done.stderr == f"#1 DONE\n#1 DONE\n{LOST}\n"


def test_another_failure_is_left_as_it_is(docker: Path) -> None:
    done, runs = build(docker, "ERROR: failed to solve: no such file")
    assert (done.returncode, runs) == (1, 1)
    assert done.stderr == "#1 DONE\nERROR: failed to solve: no such file\n"


def test_a_killed_build_leaves_no_docker_behind(docker: Path) -> None:
    docker.write_text('#!/bin/sh\necho $$ > "${0%/*}/pid"; exec sleep 60\n')
    running = subprocess.Popen([sys.executable, "-c", RUN, str(docker), "build"])
    said = docker.parent / "pid"
    pid = int(wait_until(lambda: said.exists() and said.read_text().strip(), "the build has begun"))
    running.terminate()
    assert running.wait(10) != 0
    assert not Path(f"/proc/{pid}").exists()
