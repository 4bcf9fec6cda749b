"""The image for Binder, built on the course's engine, and a container of it as Binder would run it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docker.models.containers import Container
from docker.types import Mount

from drydock import images
from drydock.client import LabellingClient
from drydock.engine import paths, rootfs
from tests.harness import typed

HOME = "/home/jovyan"
READY = ("debian:trixie-slim", "python:3.13-slim")  # in the saved machine
FETCHED = "python:3.13"  # Binder gets it from its registry, which may be out of reach here
# What Binder allows, and no more: an ordinary user, about one core, 2 GB. Source: BinderHub's and mybinder.org's settings.
RIGHTS: dict[str, Any] = {
    "user": "1000",
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "nano_cpus": 1_000_000_000,
    "mem_limit": "2g",
    "memswap_limit": "2g",
    "read_only": True,
    "tmpfs": {"/tmp": ""},
    "volumes": [HOME],  # as in the image, and the one place that can be written to
}


@pytest.fixture(scope="session")
def image(
    client: LabellingClient, tmp_path_factory: pytest.TempPathFactory, testrun_uid: str, worker_id: str
) -> Iterator[str]:
    """The image, built from what a clone of the course holds, and called differently in each process: the second finds
    all of its steps in the cache.
    """
    name = f"dd-binder-{testrun_uid}-{worker_id}"
    with rootfs.lock("binder"):
        build(client, name, tmp_path_factory.mktemp("binder"))
    yield name
    client.images.remove(name)


def build(client: LabellingClient, name: str, folder: Path) -> None:
    """Build the image, with `folder` for what it is made of."""
    course, bundle = folder / "course", folder / "bundle"
    bundle.mkdir()
    images.need(client, *READY)
    # One image each: such a bundle is the same each time, and the build is cached.
    for number, reference in enumerate(READY):
        images.save(client, bundle / f"{number}.tar", [reference])
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(listed, cwd=paths.COURSE, capture_output=True, check=True, text=True).stdout
    for file in filter(None, listing.split("\0")):
        if (paths.COURSE / file).exists():
            (course / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(paths.COURSE / file, course / file)
    labels = [f"--label={key}={value}" for key, value in client.api.labels.items()]
    options = ["-f", str(course / "binder/Dockerfile"), f"--build-context=bundle={bundle}", *labels]
    typed("docker", "build", "--progress=plain", *options, "-t", name, str(course))


@pytest.fixture(scope="module")
def bundle(client: LabellingClient) -> Iterator[Path]:
    """What would come from a registry, in a folder that the engine sees: to build it in the emulated machine takes minutes."""
    with tempfile.TemporaryDirectory(dir=paths.work()) as folder:
        images.need(client, FETCHED)
        images.save(client, Path(folder) / "images.tar", [FETCHED])
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def binder(client: LabellingClient, image: str, bundle: Path) -> Iterator[Container]:
    """The image as Binder runs it, with JupyterLab."""
    mounts = [Mount("/bundle", str(bundle), type="bind", read_only=True)]
    environment = {"DRYDOCK_BUNDLE": "/bundle/images.tar"}
    container = client.containers.run(image, detach=True, mounts=mounts, environment=environment, **RIGHTS)
    yield container
    container.remove(force=True, v=True)


def run_lesson(binder: Container, lesson: str, limit: float) -> None:
    """Run each cell, and compare with the outputs that are stored; JupyterLab runs beside it. `limit` is in s."""
    options = ["-q", "-p", "no:cacheprovider", "--nbval", "--nbval-sanitize-with", "tests/sanitize.cfg"]
    began = time.monotonic()
    done = binder.exec_run(["python", "-m", "pytest", *options, f"notebooks/{lesson}.ipynb"])
    assert done.exit_code == 0, done.output.decode()
    assert time.monotonic() - began < limit, done.output.decode()
    assert_it_had_enough_memory(binder)


def assert_it_had_enough_memory(binder: Container) -> None:
    binder.reload()
    assert binder.status == "running" and not binder.attrs["State"]["OOMKilled"]
