"""Containers and images of a check's own: made to look at something, and always removed."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, ImageNotFound, NotFound
from docker.models.containers import Container
from requests.exceptions import RequestException

from drydock import session

PROBE = "dev.drydock.probe"
PATIENCE = 30  # s until a probe counts as stuck
NOT_FOUND = 127  # a shell's exit code for a program that is not there


class StuckError(Exception):
    """A probe has not ended in time."""


@contextlib.contextmanager
def created(
    client: docker.DockerClient, lesson: str, image: str, command: str | list[str] | None, **kw: Any
) -> Iterator[Container]:
    """Make a container for the time of a `with`, and remove it always; `kw` goes to `containers.create`."""
    labels = {**kw.pop("labels", {}), **session.labels(lesson), PROBE: "1"}
    name = f"drydock-probe-{uuid.uuid4().hex[:12]}"
    try:
        yield client.containers.create(image, command, name=name, labels=labels, **kw)
    finally:
        # By name, so that an interrupt between the engine's answer and ours leaves nothing either.
        with contextlib.suppress(NotFound):
            client.api.remove_container(name, v=True, force=True)


@contextlib.contextmanager
def started(
    client: docker.DockerClient, lesson: str, image: str, command: str | list[str] | None, **kw: Any
) -> Iterator[Container]:
    """As `created`, and start it."""
    with created(client, lesson, image, command, **kw) as probe:
        probe.start()
        yield probe


def run(
    client: docker.DockerClient, lesson: str, image: str, command: str | list[str], **kw: Any
) -> tuple[int, str]:
    """Run a container until it ends; return its exit code and its text. Raises StuckError after 30 s.

    A program that isn't there is exit code 127, as on the command line.
    """
    try:
        with started(client, lesson, image, command, **kw) as probe:
            code = int(probe.wait(timeout=PATIENCE)["StatusCode"])
            return code, probe.logs().decode(errors="replace").rstrip()
    except APIError as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        return NOT_FOUND, str(error.explanation)
    except RequestException as error:  # docker-py gives a time-out more than one type
        raise StuckError from error


@contextlib.contextmanager
def built(client: docker.DockerClient, lesson: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Build a folder's Dockerfile for the time of a `with`; give the image's name, and why it failed, if it did."""
    name = f"drydock-probe-{uuid.uuid4().hex[:12]}"
    labels = [f"--label={key}={value}" for key, value in {**session.labels(lesson), PROBE: "1"}.items()]
    # The docker command, as a learner's own build: docker-py's builder lacks what BuildKit can.
    command = [
        sys.executable,
        "-m",
        "drydock.engine.command",
        "build",
        "--quiet",
        *labels,
        "-t",
        name,
        str(folder),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        lines = done.stderr.strip().splitlines() or ["docker build: no message"]
        yield name, lines[-1] if done.returncode else ""
    finally:
        with contextlib.suppress(ImageNotFound):
            client.images.remove(name)
