"""The image for Binder, built on the course's engine: what is in it, and who can use it."""

from __future__ import annotations

import contextlib

import pytest

from drydock.client import LabellingClient
from drydock.waiting import wait_until
from tests.binder.conftest import READY
from tests.microvm.search import holds_key

pytestmark = pytest.mark.emulated
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
