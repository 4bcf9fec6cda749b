"""Beside others: foreign objects, a second notebook, and cells that run in another order than they stand."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import docker
import nbformat
import pytest

import drydock
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from tools.lessons.run import execute

IMAGE = "debian:trixie-slim"


@pytest.fixture
def plain(client: LabellingClient) -> Iterator[docker.DockerClient]:
    """docker-py as it is: what it makes has no label."""
    other = docker.DockerClient(base_url=client.engine.url, tls=client.engine.tls or False)
    yield other
    other.close()


def notebook(name: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run code as a notebook of that name does: a session of its own."""
    environment = {**os.environ, "JPY_SESSION_NAME": name}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_foreign_objects_are_unchanged_after_a_lesson_and_clean(
    client: LabellingClient, plain: docker.DockerClient
) -> None:
    image, _log = plain.images.build(
        fileobj=io.BytesIO(f"FROM {IMAGE}\nENV FOREIGN=1\n".encode()), tag="foreign:1", rm=True
    )
    network = plain.networks.create("foreign")
    volume = plain.volumes.create("foreign")
    # One with a label that looks like ours and is not, too.
    boxes = [
        plain.containers.run(
            "foreign:1", ["sleep", "600"], name=f"foreign-{n}", network="foreign", detach=True, labels=labels,
            volumes={"foreign": {"bind": "/data"}},
        )
        for n, labels in enumerate(({}, {"dev.drydock.lesson": "99"}, {"dev.drydockish": "1"}))
    ]  # fmt: skip

    def seen() -> dict[str, Any]:
        for box in boxes:
            box.reload()
        return {
            "containers": [
                (b.id, b.status, b.attrs["State"]["StartedAt"], b.attrs["RestartCount"]) for b in boxes
            ],
            "network": plain.networks.get("foreign").attrs["Id"],
            "volume": plain.volumes.get("foreign").attrs,
            "image": plain.images.get("foreign:1").id,
        }

    try:
        before = seen()
        solved = nbformat.read(paths.COURSE / "solutions/01_containers_and_vms.ipynb", as_version=4)
        execute(solved, paths.COURSE / "solutions/01_containers_and_vms.ipynb")
        drydock.clean(client)
        assert seen() == before
    finally:
        for box in boxes:
            box.remove(force=True)
        network.remove()
        volume.remove()
        plain.images.remove(image.id, force=True)


def test_two_notebooks_at_once(plain: docker.DockerClient) -> None:
    make = "import drydock; c = drydock.connect('01', quiet=True); c.containers.run('debian:trixie-slim', ['sleep', '60'], name='{}', detach=True)"
    clean = "import drydock; drydock.connect('01', quiet=True); print(drydock.clean())"
    assert notebook("one.ipynb", make.format("dd-of-one")).returncode == 0
    assert notebook("two.ipynb", make.format("dd-of-two")).returncode == 0
    second = notebook("two.ipynb", make.format("dd-of-one"))
    assert "Hint: choose another name" in second.stderr
    assert notebook("two.ipynb", clean).stdout == "Removed: 1 containers.\n"
    assert plain.containers.get("dd-of-one").status == "running"
    assert not plain.containers.list(all=True, filters={"name": "dd-of-two"})
    # The kernel of the first was restarted meanwhile: it is the same notebook.
    assert notebook("one.ipynb", clean).stdout == "Removed: 1 containers.\n"


def test_cells_out_of_order() -> None:
    code = """
import drydock
print(drydock.clean())            # the last cell first
print(drydock.check("01.1"))      # a check before connect() and before any work
print(drydock.hint("01.1"))
client = drydock.connect("01", quiet=True)
client = drydock.connect("01", quiet=True)
from drydock.checks.lesson01 import start_tight
start_tight(client)
try:
    start_tight(client)           # the start cell twice
except Exception as error:
    print(error.__notes__[0])
print(drydock.clean())
print(drydock.clean())
"""
    done = notebook("order.ipynb", code)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Nothing of ours was left."
    assert lines[1] == "01.1 A container that stays: not yet: 0 of 1 observations hold"
    assert any(line.startswith("Hint 1 of 3: ") for line in lines)
    assert "drydock.clean() if 'dd-tight' is from an earlier run" in done.stdout
    assert lines[-2:] == ["Removed: 1 containers.", "Nothing of ours was left."]


def test_connect_is_quick_with_a_running_engine(client: LabellingClient) -> None:
    times = []
    for _ in range(3):
        begun = time.monotonic()
        connect("01", quiet=True).close()
        times.append(time.monotonic() - begun)
    print(f"connect() with a running engine: {min(times):.2f} s")
    assert min(times) < 0.5
