"""A Deployment's ReplicaSets while a rollout goes on, each change as the API server reports it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kubernetes.client import ApiClient, AppsV1Api
from kubernetes.watch import Watch

from drydock import waiting
from drydock.errors import DrydockError
from drydock.text import _

REVISION = "deployment.kubernetes.io/revision"  # an annotation of the ReplicaSet and of the Deployment
PATIENCE = 60  # s that a rollout may take
LAG = 3.0  # s that the Deployment's status may come later than that of its ReplicaSets


@dataclass(frozen=True)
class Moment:
    """How many Pods each ReplicaSet, by its name, is to have, and how many of them are available."""

    at: float  # s after the first look
    wanted: dict[str, int]
    available: dict[str, int]


@dataclass
class Rollout:
    """What was seen of a rollout; `revisions` has each ReplicaSet's revision by its name."""

    moments: list[Moment] = field(default_factory=list)
    revisions: dict[str, int] = field(default_factory=dict)

    @property
    def most(self) -> int:
        """The largest number of Pods that there were to be at one moment; those that end do not count."""
        return max(sum(one.wanted.values()) for one in self.moments)

    @property
    def fewest(self) -> int:
        """The smallest number of Pods that were available at one moment."""
        return min(sum(one.available.values()) for one in self.moments)


def revision(replica_set: Any) -> int:
    """Return a ReplicaSet's revision; 0 when the Deployment's controller has given it none yet."""
    return int((replica_set.metadata.annotations or {}).get(REVISION, 0))


def owned_by(item: Any, kind: str, name: str) -> bool:
    """Tell whether an object's controller is that one."""
    owners = item.metadata.owner_references or []
    return any(one.controller and (one.kind, one.name) == (kind, name) for one in owners)


def complete(deployment: Any) -> bool:
    """Tell whether a Deployment's newest template is what runs: all of its Pods are new and available, and no others are left.

    Source: kubectl 1.37, pkg/polymorphichelpers/rollout_status.go.
    """
    spec, status = deployment.spec, deployment.status
    seen = (status.observed_generation or 0) >= deployment.metadata.generation
    numbers = (status.updated_replicas, status.replicas, status.available_replicas)
    return seen and all((number or 0) == spec.replicas for number in numbers)


def follow(cluster: ApiClient, name: str, before: Any, patience: float = PATIENCE) -> Rollout:
    """Return what becomes of a Deployment's ReplicaSets from a list of them onwards, up to the end of the rollout.

    `before` is what `list_namespaced_replica_set` said *before* the change: the API server remembers what has
    happened since. Raises DrydockError when there is no end after `patience` s, or more where the engine is slow.
    """
    apps = AppsV1Api(cluster)
    namespace = next(one.metadata.namespace for one in before.items if owned_by(one, "Deployment", name))
    begin, seen = time.monotonic(), Rollout()
    wanted: dict[str, int] = {}
    available: dict[str, int] = {}

    def note(one: Any, gone: bool = False) -> None:
        if owned_by(one, "Deployment", name):
            wanted[one.metadata.name] = 0 if gone else one.spec.replicas
            available[one.metadata.name] = 0 if gone else one.status.available_replicas or 0
            seen.revisions[one.metadata.name] = revision(one)

    for one in before.items:
        note(one)
    seen.moments.append(Moment(0, dict(wanted), dict(available)))
    for event in _events(apps, namespace, before.metadata.resource_version, patience):
        note(event["object"], event["type"] == "DELETED")
        seen.moments.append(Moment(time.monotonic() - begin, dict(wanted), dict(available)))
        # The Deployment's own numbers follow those of its ReplicaSets: it is asked when these look like the end.
        if settled(seen) and waiting.patient(
            lambda: complete(apps.read_namespaced_deployment(name, namespace)), LAG
        ):
            return seen
    raise DrydockError(
        _("The rollout of {name} has not come to its end.").format(name=name),
        _("It goes on, or is stuck; what ran before still runs, as far as the strategy asks for it."),
        _("`kubectl -n {namespace} describe deployment {name}` ends with its conditions and events.").format(
            namespace=namespace, name=name),
    )  # fmt: skip


def settled(seen: Rollout) -> bool:
    """Tell whether the newest ReplicaSet alone has Pods, and all of them are available."""
    last = seen.moments[-1]
    newest = max(seen.revisions, key=seen.revisions.__getitem__)
    busy = [name for name in last.wanted if last.wanted[name] or last.available[name]]
    return busy == [newest] and last.wanted == last.available


def _events(apps: AppsV1Api, namespace: str, since: str, patience: float) -> Iterator[Any]:
    seconds = int(patience * waiting.slowness)
    stream = Watch().stream(
        apps.list_namespaced_replica_set, namespace, resource_version=since, timeout_seconds=seconds
    )
    yield from stream
