"""Build and start what a task begins with."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import docker
from docker.errors import NotFound
from docker.models.containers import Container

from drydock import building
from drydock.errors import DrydockError
from drydock.text import _
from drydock.workcopy import hand_out


def make(folder: Path, files: Mapping[str, str], image: str, *options: str) -> None:
    """Write files into `folder`, and build its image; files that were changed move aside. Raises DrydockError with the builder's reason."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        hand_out(folder / name, text)
    done = building.run(folder, image, *options, warn=False)
    if done.failure:
        raise DrydockError(
            _("The image {image} could not be built: {why}").format(image=image, why=done.failure),
            _("An image of that name from before stays as it was."),
            _("run the cell again; without a network, pip can't get the packages."),
        )


def start_anew(client: docker.DockerClient, name: str) -> Container:
    """Start a container from the image of the same name; the container of an earlier start goes."""
    with contextlib.suppress(NotFound):
        client.containers.get(name).remove(force=True)
    return client.containers.run(name, name=name, detach=True)
