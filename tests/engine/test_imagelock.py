"""No image is removed while a build runs, in whichever of the course's processes."""

from __future__ import annotations

import fcntl
import select
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from drydock import images, session
from drydock.client import LabellingClient
from drydock.engine import imagelock, paths
from drydock.waiting import wait_until

pytestmark = pytest.mark.alone  # a build or a removal of another test would hold the lock, too
DEBIAN = "debian:trixie-slim"


@pytest.fixture
def build(client: LabellingClient, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A build by the docker command that takes some seconds, and has begun."""
    images.need(client, DEBIAN)
    (tmp_path / "Dockerfile").write_text(f"FROM {DEBIAN}\nRUN sleep 3 && echo {uuid.uuid4()}\n")
    label = f"--label={session.LESSON}=test"
    command = [sys.executable, "-m", "drydock.engine.command", "build", "-q", label, str(tmp_path)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE)
    wait_until(lambda: not imagelock.free(), "the build has begun")
    yield running
    output, _errors = running.communicate(timeout=30)
    assert running.returncode == 0
    client.images.remove(output.decode().strip())


def test_a_removal_waits_for_a_build(build: subprocess.Popen[bytes]) -> None:
    with imagelock.removing():
        assert select.select([build.stdout], [], [], 0)[0], "the build has not said its image's name yet"
        assert not imagelock.free()
    assert imagelock.free()


def test_a_removal_goes_on_after_a_while(
    build: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imagelock, "PATIENCE", 0.3)
    begin = time.monotonic()
    with imagelock.removing():
        assert build.poll() is None
    assert 0.3 <= time.monotonic() - begin < 2


def test_a_build_that_begins_later_waits_for_a_removal_that_waits(build: subprocess.Popen[bytes]) -> None:
    """Else builds that follow each other would keep a removal waiting."""
    later = [sys.executable, "-c", "from drydock.engine import imagelock; imagelock.hold_for_build()"]
    with ThreadPoolExecutor(1) as pool:
        removal = pool.submit(end_of_wait)
        wait_until(lambda: not gate_is_open(), "the removal waits")
        subprocess.run(later, check=True)
        began = time.monotonic()
    assert removal.result() < began


def test_the_docker_command_removes_no_image_while_one_is_built(
    build: subprocess.Popen[bytes], client: LabellingClient
) -> None:
    client.images.get(DEBIAN).tag("dd-test-removed")
    done = [sys.executable, "-m", "drydock.engine.command", "rmi", "dd-test-removed"]
    subprocess.run(done, check=True, stdout=subprocess.DEVNULL)
    assert select.select([build.stdout], [], [], 0)[0], "the build has not said its image's name yet"


def end_of_wait() -> float:
    with imagelock.removing():
        return time.monotonic()


def gate_is_open() -> bool:
    with (paths.home() / imagelock.GATE).open("w") as gate:
        try:
            fcntl.flock(gate, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
