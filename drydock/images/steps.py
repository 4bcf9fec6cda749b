"""What the classic builder made on the way to an image: on containerd's image store it would stay when the image goes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import docker
from docker.errors import APIError, NotFound


def steps(client: docker.DockerClient, *images: str) -> list[str]:
    """Return the ids of these images and of the steps on the way to them, last first; one that has gone has none.

    Source: Docker Engine API, ImageHistory. A layer that was not made as an image of this engine is "<missing>" there.
    """
    ids: list[str] = []
    for image in images:
        with contextlib.suppress(NotFound):
            ids += [layer["Id"] for layer in client.api.history(image)]  # type: ignore[no-untyped-call]
    return [step for step in dict.fromkeys(ids) if step.startswith("sha256:")]


def remove_steps(client: docker.DockerClient, ids: Iterable[str]) -> None:
    """Remove these steps, last first, but for those that something else still uses."""
    for step in ids:
        with contextlib.suppress(APIError):  # in use, or gone with its child, as most engines do it
            client.images.remove(step)
