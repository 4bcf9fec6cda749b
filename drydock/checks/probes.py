"""Containers of a check's own: made to look at something, and always removed."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

import docker
from docker.errors import NotFound
from docker.models.containers import Container

from drydock import session

PROBE = "dev.drydock.probe"


@contextlib.contextmanager
def started(
    client: docker.DockerClient, lesson: str, image: str, command: str | list[str] | None, **kw: Any
) -> Iterator[Container]:
    """Start a container for the time of a `with`, and remove it always; `kw` goes to `containers.create`."""
    labels = {**kw.pop("labels", {}), **session.labels(lesson), PROBE: "1"}
    name = f"drydock-probe-{uuid.uuid4().hex[:12]}"
    try:
        probe = client.containers.create(image, command, name=name, labels=labels, **kw)
        probe.start()
        yield probe
    finally:
        # By name, so that an interrupt between the engine's answer and ours leaves nothing either.
        with contextlib.suppress(NotFound):
            client.api.remove_container(name, v=True, force=True)
