"""Remove what is ours, by label, and nothing else."""

from __future__ import annotations

import contextlib
import sys
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


def clean(client: Any = None, *, everything: bool = False) -> Cleaned:
    """Remove this session's containers (with their anonymous volumes), networks, volumes and built images.

    Given a client of `drydock.cluster()`, its namespaces there, and its objects that are in none, instead. The cluster
    itself stays: see `drydock cluster`.
    What a learner made in a terminal with the lesson's label, and no session, goes with the lesson.
    `everything` takes what carries our label in any session of this learner: `drydock clean` does that.
    """
    clusters = sys.modules.get("drydock.clusters.client")  # it is loaded where there is a client of its
    if clusters is not None and isinstance(client, clusters.ClusterClient):
        from drydock.clusters import namespaces

        return namespaces.clean(client, everything=everything)
    if client is None:
        from drydock.client import current

        client = current()
    lesson = getattr(client, "lesson", "")

    def ours(labels: Mapping[str, str]) -> bool:
        if labels.get(session.LESSON) == session.CLUSTER:
            return False
        if session.SESSION not in labels:  # made in a terminal, with the lesson's label alone
            return everything or labels.get(session.LESSON) == lesson
        return labels[session.SESSION] == session.session() or (
            everything and labels.get(session.LEARNER) == session.learner()
        )

    return _remove(client, [session.LESSON], ours, own_images=everything)


def remove_labelled(client: docker.DockerClient, label: str, value: str) -> Cleaned:
    """Remove what carries a label with this value, as `clean` does it."""
    return _remove(client, [f"{label}={value}"], lambda _labels: True)


def named(client: docker.DockerClient, prefix: str) -> list[str]:
    """Return what is called so, whoever has made it: "container dd-kelp-37-web", and so on."""
    return [f"{kind} {name}" for kind, name, _removal in _named(client, prefix)]


def remove_named(client: docker.DockerClient, prefix: str) -> Cleaned:
    """Remove what is called so, whoever has made it: ask before."""
    done = Cleaned()
    for kind, name, removal in _named(client, prefix):
        _try(done, f"{kind}s", name, removal)
    return done


def _named(client: docker.DockerClient, prefix: str) -> list[tuple[str, str, Callable[[], object]]]:
    """Return kind, name and removal of each; containers first, as they use the others."""
    found: list[tuple[str, str, Callable[[], object]]] = []
    for container in client.containers.list(all=True, ignore_removed=True):
        if str(container.name).startswith(prefix):
            found.append(("container", str(container.name), partial(container.remove, force=True, v=True)))
    for kind, every in (("network", client.networks), ("volume", client.volumes)):
        for one in every.list():
            if str(one.name).startswith(prefix):
                found.append((kind, str(one.name), one.remove))
    for image in images_with(client, {}):
        for name in _names(image):
            if name.rpartition("/")[2].startswith(prefix):  # before it may be a registry's address
                found.append(("image", name, partial(client.images.remove, name)))
    return found


def _remove(
    client: docker.DockerClient,
    labels: list[str],
    ours: Callable[[Mapping[str, str]], bool],
    own_images: bool = False,
) -> Cleaned:
    """Remove what carries these labels, and is `ours` by all of its labels; `own_images` are stand-ins."""
    done = Cleaned()
    filters: dict[str, Any] = {"label": labels}
    # Other notebooks make and remove things meanwhile: what has gone since the list was made is no error.
    containers = client.containers.list(all=True, filters=filters, ignore_removed=True)
    with ThreadPoolExecutor(REMOVALS) as pool:  # a removal is mostly waiting for the kernel
        removals = [(c.name, pool.submit(c.remove, force=True, v=True)) for c in containers if ours(c.labels)]
    for name, removal in removals:
        _try(done, "containers", name, removal.result)
    for network in client.networks.list(filters=filters):
        if ours(network.attrs.get("Labels") or {}):
            _try(done, "networks", network.name, network.remove)
    for volume in client.volumes.list(filters=filters):
        if ours(volume.attrs.get("Labels") or {}):
            _try(done, "volumes", volume.name, volume.remove)
    labelled = [image for image in images_with(client, filters) if ours(image["Labels"] or {})]
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
        _try(done, "images", image["Id"], lambda i=image: _remove_image(client, i))
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


def _is_step(image: dict[str, Any]) -> bool:
    """Tell whether an image is a step in which the classic builder had set some of our labels, and the session's not yet.

    An engine that can't find all parents of an image leaves its steps when the image goes.
    """
    labels = image["Labels"] or {}
    return not _names(image) and session.LEARNER in labels and session.SESSION not in labels


def _names(image: dict[str, Any]) -> list[str]:
    return [name for name in image.get("RepoTags") or [] if name != "<none>:<none>"]


def _remove_image(client: docker.DockerClient, image: dict[str, Any]) -> None:
    first, *others = _names(image) or [image["Id"]]
    client.images.remove(first, force=first == image["Id"])
    for name in others:
        with contextlib.suppress(NotFound):  # a name with a digest goes with the last tag
            client.images.remove(name)


def _try(done: Cleaned, kind: str, name: str | None, remove: Any) -> None:
    try:
        remove()
        done.removed[kind] += 1
    except NotFound:
        pass
    except APIError as error:
        done.kept.append(f"{kind[:-1]} {name}: {error.explanation}")
