"""A set-up that is killed leaves nothing half, and the same command goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from docker.models.containers import Container

import drydock
from drydock.client import LabellingClient
from drydock.engine import paths, rootfs

pytestmark = pytest.mark.alone
NAME = "drydock-interrupted:1"
STAND_IN = f"""
import sys
from pathlib import Path
from drydock import images
from drydock.client import connect
from drydock.images import standin
standin.RECIPES["{NAME}"] = standin.Recipe(Path(sys.argv[1]), "debian:trixie-slim")
images.need(connect("test", quiet=True), "{NAME}")
"""


def killed(command: list[str], log: Path, seen: str) -> None:
    """Run a command and kill it, but not its children, once its log has a text."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    drydock.wait_until(lambda: log.exists() and seen in log.read_text(), seen)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_a_root_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    downloads = paths.downloads()
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path))
    if downloads.is_dir():
        paths.downloads().symlink_to(downloads)
    build = "from drydock.engine import rootfs; rootfs.build('debian', (), expected=80)"
    killed([sys.executable, "-c", build], tmp_path / "debian-build.log", "I: Extracting")
    assert not [path for path in tmp_path.glob("debian-trixie-*") if path.suffix != ".partial"]
    built = rootfs.build("debian", (), expected=80)
    assert (built / "usr/bin/bash").exists()
    assert (built / "var/lib/dpkg/status").read_text().count("Status: install ok installed") > 50
    assert not list(tmp_path.glob("*.partial"))


def asleep(client: LabellingClient) -> list[Container]:
    """Return the running containers of the build: others may have the same ancestor."""
    running = client.containers.list(filters={"status": "running"}, ignore_removed=True)
    return [one for one in running if "sleep 60" in (one.attrs["Config"]["Cmd"] or ())]


def test_a_stand_in(client: LabellingClient, tmp_path: Path) -> None:
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text("FROM debian:trixie-slim\nRUN sleep 60\n")
    command = [sys.executable, "-W", "ignore", "-c", STAND_IN, str(dockerfile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    drydock.wait_until(lambda: asleep(client), "the build's container")
    process.kill()
    process.wait()
    assert not client.images.list(NAME)
    drydock.wait_until(lambda: not asleep(client), "the engine gives the build up")

    dockerfile.write_text("FROM debian:trixie-slim\nRUN touch /done\n")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.endswith(f"{NAME}: a stand-in, built from Debian packages\n"), done.stderr
    client.images.remove(NAME)
