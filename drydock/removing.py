"""How things are removed from an engine, and what is said about it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import docker
from docker.errors import APIError, NotFound

from drydock import session
from drydock.images.standin import OWN
from drydock.images.steps import remove_steps, steps
from drydock.text import _

RETRIES = 5
REMOVALS = 4  # containers at a time


@dataclass
class Cleaned:
    """What was removed, and what could not be, by kind."""

    removed: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("containers", "networks", "volumes", "images", "namespaces", "cluster-scoped objects"), 0
        )
    )
    kept: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"{count} {kind}" for kind, count in self.removed.items() if count]
        text = (
            _("Removed: {what}.").format(what=", ".join(parts)) if parts else _("Nothing of ours was left.")
        )
        return "\n".join([text, *(_("Still there: {what}").format(what=what) for what in self.kept)])

    __repr__ = __str__


def remove(
    client: docker.DockerClient,
    labels: list[str],
    ours: Callable[[Mapping[str, str]], bool],
    own_images: bool = False,
    called: str = "",
) -> Cleaned:
    """Remove what carries these labels, is `ours` by all of its labels, and is `called` so if it has a name.

    `own_images` are stand-ins.
    """

    def meant(labels: Mapping[str, str] | None, *names: str) -> bool:
        return ours(labels or {}) and all(name.startswith(called) for name in names)

    done = Cleaned()
    filters: dict[str, Any] = {"label": labels}
    # Other notebooks make and remove things meanwhile: what has gone since the list was made is no error.
    containers = client.containers.list(all=True, filters=filters, ignore_removed=True)
    with ThreadPoolExecutor(REMOVALS) as pool:  # a removal is mostly waiting for the kernel
        removals = [
            (c.name, pool.submit(c.remove, force=True, v=True))
            for c in containers
            if meant(c.labels, str(c.name))
        ]
    for name, removal in removals:
        attempt(done, "containers", name, removal.result)
    for network in client.networks.list(filters=filters):
        if meant(network.attrs.get("Labels"), str(network.name)):
            attempt(done, "networks", network.name, network.remove)
    for volume in client.volumes.list(filters=filters):
        if meant(volume.attrs.get("Labels"), str(volume.name)):
            attempt(done, "volumes", volume.name, volume.remove)
    labelled = [
        image
        for image in images_with(client, filters)
        if meant(image["Labels"], *(name.rpartition("/")[2] for name in names_of(image)))
    ]
    images = [image for image in labelled if not _is_step(image)]
    if own_images:
        used = {c.attrs["Image"] for c in containers if c.labels.get(session.LESSON) == session.CLUSTER}
        images += [image for image in images_with(client, {"label": [OWN]}) if image["Id"] not in used]
    ids = {image["Id"] for image in images}
    on_the_way = [step for step in steps(client, *(image["Id"] for image in labelled)) if step not in ids]
    if on_the_way:  # asking about every image on the engine takes a while
        rest = (image["Id"] for image in images_with(client, {}) if image not in labelled + images)
        others = steps(client, *rest)
        on_the_way = [step for step in on_the_way if step not in others]
    for image in images:
        attempt(done, "images", image["Id"], partial(_remove_image, client, image))
    remove_steps(client, on_the_way)
    return done


def images_with(client: docker.DockerClient, filters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the images that the engine lists for `filters`. Source: Docker Engine API, ImageList.

    Not docker-py's images.list(), which asks about each image and stumbles over one that has gone. With
    containerd's image store Engine 26 itself answers 404 when one is removed while it makes the list.
    """
    for _attempt in range(RETRIES):
        with contextlib.suppress(NotFound):
            return list(client.api.images(filters=filters))
    return list(client.api.images(filters=filters))


def images_called(client: docker.DockerClient, prefix: str) -> list[dict[str, Any]]:
    """Return the images that have a name which begins so, after a registry's address and up to two folders, if any.

    The engine chooses them: a list of all takes it a hundred times as long, as it adds up what each image takes.
    """
    return images_with(
        client, {"reference": [f"{before}{prefix}*" for before in ("", "*/", "*/*/", "*/*/*/")]}
    )


def _is_step(image: dict[str, Any]) -> bool:
    """Tell whether an image is a step in which the classic builder had set some of our labels, and the session's not yet.

    An engine that can't find all parents of an image leaves its steps when the image goes.
    """
    labels = image["Labels"] or {}
    return not names_of(image) and session.LEARNER in labels and session.SESSION not in labels


def names_of(image: dict[str, Any]) -> list[str]:
    """Return the names of an image in the engine's list; none for one that has only its ID."""
    return [name for name in image.get("RepoTags") or [] if name != "<none>:<none>"]


def _remove_image(client: docker.DockerClient, image: dict[str, Any]) -> None:
    first, *others = names_of(image) or [image["Id"]]
    client.images.remove(first, force=first == image["Id"])
    for name in others:
        with contextlib.suppress(NotFound):  # a name with a digest goes with the last tag
            client.images.remove(name)


def attempt(done: Cleaned, kind: str, name: str | None, removal: Callable[[], object]) -> None:
    """Remove one thing of a kind, and note in `done` that it is gone, or why it is still there."""
    try:
        removal()
        done.removed[kind] += 1
    except NotFound:
        pass
    except APIError as error:
        done.kept.append(f"{kind[:-1]} {name}: {error.explanation}")
