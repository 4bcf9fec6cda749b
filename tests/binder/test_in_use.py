"""The image for Binder, used as Binder would let it: first cells, and whole lessons."""

from __future__ import annotations

import os
import time

import pytest
from docker.models.containers import Container

from drydock.waiting import wait_until
from tests.binder.conftest import assert_it_had_enough_memory, run_lesson

pytestmark = pytest.mark.emulated
on_demand = pytest.mark.skipif(
    not os.environ.get("DRYDOCK_LONG"),
    reason="takes a quarter of an hour of one processor: DRYDOCK_LONG=1 runs it",
)
# s for each lesson, two or three times what it takes where nothing else runs.
LIMITS = (
    pytest.param("01_containers_and_vms", 400),
    pytest.param("06_lifecycle_and_limits", 900),
    pytest.param("04_dockerfile_best_practices", 2100, marks=on_demand),
)
FIRST = """
import drydock
client = drydock.connect("01")
drydock.need(client, "debian:trixie-slim", "python:3.13-slim")
command = ["sh", "-c", ". /etc/os-release; echo $PRETTY_NAME"]
print(client.containers.run("debian:trixie-slim", command, remove=True).decode().strip())
drydock.clean(client)
"""


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


@pytest.mark.parametrize(("lesson", "limit"), LIMITS)
def test_lessons_run_within_the_limits(binder: Container, lesson: str, limit: float) -> None:
    run_lesson(binder, lesson, limit)
