"""An image as a container and as a virtual machine: a container of the engine's kernel, a machine of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import drydock
from drydock import images, virtual
from drydock.client import LabellingClient
from drydock.errors import DrydockError
from drydock.figures import side_by_side
from drydock.virtual import contents

pytestmark = pytest.mark.alone
IMAGE = "debian:trixie-slim"


def test_both_say_who_they_are(client: LabellingClient) -> None:
    images.need(client, IMAGE)
    container, machine = virtual.compare(client, IMAGE)
    assert container.kernel == client.info()["KernelVersion"]
    assert len({container.boot_id, machine.boot_id}) == 2
    assert machine.seconds > container.seconds > 0
    assert machine.mib > virtual.running.MEMORY / 10 > container.mib
    assert machine.how in ("kvm", "tcg")
    drydock.clean(client)


def test_the_picture_shows_the_figures() -> None:
    pair = [
        virtual.Witness("container", 0.5, 1.0, "6", "a", ""),
        virtual.Witness("virtual machine", 9.0, 300.0, "6", "b", "tcg"),
    ]
    seconds, mib = side_by_side(pair).axes
    assert [bar.get_width() for bar in seconds.patches] == [0.5, 9.0]
    assert [bar.get_width() for bar in mib.patches] == [1.0, 300.0]
    assert [label.get_text() for label in mib.texts] == ["1", "300"]


def test_a_machine_that_does_not_start(client: LabellingClient, tmp_path: Path) -> None:
    shutil.copy(contents.kernel(client, IMAGE), tmp_path / "vmlinuz")
    (tmp_path / "initrd").write_bytes(b"no archive")
    with pytest.raises(DrydockError, match=r"did not start\. It said: "), virtual.as_machine(tmp_path, "tcg"):
        pass
