"""Remove what is ours, by label, and nothing else; or what is called so, for those who have asked before."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import docker

from drydock import session
from drydock.removing import Cleaned, attempt, images_called, images_with, names_of, remove

Label = tuple[str, str]  # its key and value


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

    return remove(client, [session.LESSON], ours, own_images=everything)


def remove_labelled(client: docker.DockerClient, label: str, value: str, called: str = "") -> Cleaned:
    """Remove what carries a label with this value, as `clean` does it; of what has a name, only what is `called` so.

    A container has its image's labels, and so has an image that is made from either.
    """
    return remove(client, [f"{label}={value}"], lambda _labels: True, called=called)


def named(client: docker.DockerClient, prefix: str, label: Label | None = None) -> list[str]:
    """Return what is called so, or has the label, whoever has made it: "container dd-kelp-37-web", and so on."""
    return [f"{kind} {name}" for kind, name, _removal in _named(client, prefix, label)]


def remove_named(client: docker.DockerClient, prefix: str, label: Label | None = None) -> Cleaned:
    """Remove what is called so, or has the label, whoever has made it: ask before."""
    done = Cleaned()
    for kind, name, removal in _named(client, prefix, label):
        attempt(done, f"{kind}s", name, removal)
    return done


def _named(
    client: docker.DockerClient, prefix: str, label: Label | None
) -> list[tuple[str, str, Callable[[], object]]]:
    """Return kind, name and removal of each; containers first, as they use the others."""

    def meant(name: str, labels: Mapping[str, str] | None) -> bool:
        return name.startswith(prefix) or (label is not None and (labels or {}).get(label[0]) == label[1])

    found: list[tuple[str, str, Callable[[], object]]] = []
    for container in client.containers.list(all=True, ignore_removed=True):
        if meant(str(container.name), container.labels):
            found.append(("container", str(container.name), partial(container.remove, force=True, v=True)))
    for kind, every in (("network", client.networks), ("volume", client.volumes)):
        for one in every.list():
            if meant(str(one.name), one.attrs.get("Labels")):
                found.append((kind, str(one.name), one.remove))
    images = {} if label is None else {i["Id"]: i for i in images_with(client, {"label": ["=".join(label)]})}
    # With the label, an image comes with all of its names; else with those that are called so.
    for image in ({i["Id"]: i for i in images_called(client, prefix)} | images).values():
        for name in names_of(image):
            if meant(name.rpartition("/")[2], image["Labels"]):  # before it may be a registry's address
                found.append(("image", name, partial(client.images.remove, name)))
    return found
