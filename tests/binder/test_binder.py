"""The image for Binder: built on the course's engine, and used as Binder would let it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from docker.models.containers import Container

from drydock import images
from drydock.client import LabellingClient
from drydock.engine import paths
from drydock.waiting import wait_until
from tests.binder.buildcache import forget_earlier_builds
from tests.harness import typed
from tests.microvm.search import holds_key

pytestmark = pytest.mark.emulated
NAME = "dd-binder"
HOME = "/home/jovyan"
# s for each lesson, about three times what it takes where nothing else runs.
LIMITS = {"01_containers_and_vms": 400, "06_lifecycle_and_limits": 900}
READY = ("debian:trixie-slim", "python:3.13-slim")  # in the saved machine
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
FIRST = """
import drydock
client = drydock.connect("01")
drydock.need(client, "debian:trixie-slim", "python:3.13-slim")
command = ["sh", "-c", ". /etc/os-release; echo $PRETTY_NAME"]
print(client.containers.run("debian:trixie-slim", command, remove=True).decode().strip())
drydock.clean(client)
"""
# The numbers of users who exist in a namespace alone. Source: subuid(5).
SUBORDINATE = """set -e
apt-get -qq update
apt-get -qq install --no-install-recommends uidmap
echo jovyan:100000:65536 | tee /etc/subuid > /etc/subgid
"""
BUILD = """
from drydock.engine.microvm import base
base._warm = lambda folder, bundles: None  # to start it needs no right, as each learner's start shows
print(*(file.name for file in base.build().iterdir() if file.owner() == "jovyan"))
"""


@pytest.fixture(scope="module")
def image(client: LabellingClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image, built from what a clone of the course holds."""
    folder = tmp_path_factory.mktemp("binder")
    course, bundle = folder / "course", folder / "bundle"
    bundle.mkdir()
    images.need(client, *READY)
    # One image each: such a bundle is the same each time, and the build is cached.
    for number, reference in enumerate(READY):
        images.save(client, bundle / f"{number}.tar", [reference])
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=paths.COURSE, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (paths.COURSE / name).exists():
            (course / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(paths.COURSE / name, course / name)
    labels = [f"--label={key}={value}" for key, value in client.api.labels.items()]
    options = ["-f", str(course / "binder/Dockerfile"), f"--build-context=bundle={bundle}", *labels]
    typed("docker", "build", "--progress=plain", *options, "-t", NAME, str(course))
    forget_earlier_builds(client)
    yield NAME
    client.images.remove(NAME)


@pytest.fixture(scope="module")
def binder(client: LabellingClient, image: str) -> Iterator[Container]:
    """The image as Binder runs it, with JupyterLab."""
    container = client.containers.run(image, detach=True, **RIGHTS)
    yield container
    container.remove(force=True, v=True)


def assert_it_had_enough_memory(binder: Container) -> None:
    binder.reload()
    assert binder.status == "running" and not binder.attrs["State"]["OOMKilled"]


def test_it_is_small_enough(client: LabellingClient, image: str) -> None:
    """Compressed, as a registry has it: 1.2 GB at most."""
    size = sum(len(block) for block in client.images.get(image).save())
    assert size < 1.2e9, size


def test_no_key_is_in_it(client: LabellingClient, image: str) -> None:
    container = client.containers.create(image)
    try:
        blocks, _ = container.get_archive("/srv/drydock")
        # Closed whether it was read to its end or not: else the engine would not remove the container.
        with contextlib.closing(blocks):
            assert not holds_key(blocks)
    finally:
        container.remove()


def test_the_first_cells_run_within_the_limits(binder: Container) -> None:
    """With JupyterLab beside them; the images that lessons begin with are there."""
    wait_until(lambda: b"is running at" in binder.logs(), "JupyterLab")
    began = time.monotonic()
    done = binder.exec_run(["python", "-c", FIRST])
    said = done.output.decode()
    assert done.exit_code == 0, said
    assert "emulated machine: to start a container takes" in said  # what is slower is said
    assert said.splitlines()[-1].endswith("Debian GNU/Linux 13 (trixie)"), said
    assert time.monotonic() - began < 60, said
    assert_it_had_enough_memory(binder)


@pytest.mark.parametrize("lesson", LIMITS)
def test_lessons_run_within_the_limits(binder: Container, lesson: str) -> None:
    """Each cell, with the outputs that are stored; JupyterLab runs beside it."""
    options = ["-q", "-p", "no:cacheprovider", "--nbval", "--nbval-sanitize-with", "tests/sanitize.cfg"]
    began = time.monotonic()
    done = binder.exec_run(["python", "-m", "pytest", *options, f"notebooks/{lesson}.ipynb"])
    assert done.exit_code == 0, done.output.decode()
    assert time.monotonic() - began < LIMITS[lesson], done.output.decode()
    assert_it_had_enough_memory(binder)


def test_root_without_rights_gets_it_from_make_lab(client: LabellingClient, image: str) -> None:
    """Root in a plain container can't start `native`: no CAP_SYS_ADMIN, and cgroups that can't be written to."""
    command = ["make", "lab", "ARGS=--no-browser"]
    container = client.containers.run(
        image, command, user="root", environment={"DRYDOCK_ENGINE": "", "HOME": "/root"}, detach=True
    )
    try:
        wait_until(lambda: b"http://127.0.0.1:8888/lab" in container.logs(), "JupyterLab's address", 120)
        said = container.logs().decode()
        assert "Engine: microvm" in said and "native can't work" in said, said
        assert container.exec_run(["docker", "run", "--rm", READY[0], "true"]).exit_code == 0
    finally:
        container.remove(force=True, v=True)


def test_an_ordinary_user_can_build_the_machine(client: LabellingClient, image: str) -> None:
    """As root of a user namespace, and no more."""
    container = client.containers.run(image, ["sleep", "infinity"], privileged=True, detach=True)
    try:
        done = container.exec_run(["sh", "-c", SUBORDINATE], user="root")
        assert done.exit_code == 0, done.output.decode()
        done = container.exec_run(["python", "-c", BUILD])
        assert done.exit_code == 0, done.output.decode()
        assert {"disk.qcow2", "initrd", "vmlinuz"} <= set(done.output.decode().split()), done.output.decode()
    finally:
        container.remove(force=True, v=True)
