"""Lesson 08's tasks, each proved both ways; its picture, and what Harbour has gained."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from drydock import images, project
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from tests.harness import typed

DEBIAN, PYTHON, POSTGRES, ENGINE = "debian:trixie-slim", "python:3.13-slim", "postgres:17", "dd-engine"
LABEL = "--label dev.drydock.lesson=08"


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 08, as its exercise notebook has one."""
    connected = connect("08", quiet=True)
    images.need(connected, DEBIAN, PYTHON, POSTGRES, ENGINE)
    yield connected
    connected.close()


@pytest.fixture
def harbour() -> Iterator[Path]:
    """The learner's copy of the project."""
    folder = paths.work() / "exercise-08"
    shutil.rmtree(folder, ignore_errors=True)
    yield project.checkout("exercise-08")
    shutil.rmtree(folder)


def test_the_project_keeps_its_promises(lesson: LabellingClient, harbour: Path) -> None:
    install = "RUN pip install --no-cache-dir -r requirements-dev.txt\n"
    dockerfile = f"FROM {PYTHON}\nWORKDIR /app\nCOPY requirements*.txt .\n{install}COPY . .\n"
    (harbour / "Dockerfile").write_text(dockerfile)
    typed("docker", "build", "-q", *LABEL.split(), "-t", "dd-test-harbour", str(harbour))
    database = lesson.containers.run(
        POSTGRES, detach=True, environment={"POSTGRES_HOST_AUTH_METHOD": "trust", "POSTGRES_INITDB_ARGS": "--no-sync"}
    )  # fmt: skip
    try:
        # In the network of the database, which answers at 127.0.0.1 when its set-up is done.
        command = ["sh", "-c", "until python -c 'import app' 2> /dev/null; do sleep 0.2; done; python -m pytest -q -p no:cacheprovider"]  # fmt: skip
        said = lesson.containers.run(
            "dd-test-harbour", command, network_mode=f"container:{database.id}", remove=True,
            environment={"DATABASE_URL": "postgresql://postgres@127.0.0.1/postgres"},
        )  # fmt: skip
        assert b"19 passed" in said
        alone = lesson.containers.run(
            "dd-test-harbour", ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"], remove=True
        )
        assert b"16 passed, 3 skipped" in alone
    finally:
        database.remove(force=True, v=True)
        lesson.images.remove("dd-test-harbour")
