"""A copy of a learner's Deployment, behind a Service of its own: rolled out, asked meanwhile, and always removed."""

from __future__ import annotations

import contextlib
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from kubernetes.client import AppsV1Api, CoreV1Api
from kubernetes.client.exceptions import ApiException

from drydock import session
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson12.making import available
from drydock.checks.probes import PROBE
from drydock.errors import DrydockError
from drydock.rollouts import follow
from drydock.text import _
from drydock.waiting import wait_until

CLIENTS = 6  # that ask at the same time, each without a pause
FAILED = "no answer"
RESTARTED = "kubectl.kubernetes.io/restartedAt"  # what `kubectl rollout restart` changes in a template


@contextlib.contextmanager
def copied(see: SeeCluster, found: Any, port: int) -> Iterator[str]:
    """Make a Deployment with the spec of another, and a Service, for the time of a `with`; give the name of both.

    Raises DrydockError when its Pods don't become available.
    """
    core, apps, namespace = see.core, AppsV1Api(see.client), see.namespace
    name = f"drydock-probe-{uuid.uuid4().hex[:8]}"
    # Labels of its own alone: the learner's Services, budgets and ReplicaSets must not find it.
    mine = {PROBE: name}
    spec = see.client.sanitize_for_serialization(found.spec)
    spec["selector"] = {"matchLabels": mine}
    spec["template"]["metadata"] = {"labels": mine}
    metadata = {"name": name, "labels": {**session.labels(see.lesson), **mine}}
    copy: Any = {"metadata": metadata, "spec": spec}
    service: Any = {
        "metadata": metadata,
        "spec": {"selector": mine, "ports": [{"port": 80, "targetPort": port}]},
    }
    try:
        core.create_namespaced_service(namespace, service)
        apps.create_namespaced_deployment(namespace, copy)
        available(see.client, name)
        yield name
    finally:
        removed(core, apps, namespace, name)


def removed(core: CoreV1Api, apps: AppsV1Api, namespace: str, name: str) -> None:
    """Remove a copy, from the top down: each would be made anew by the one above it."""
    selector = f"{PROBE}={name}"
    with contextlib.suppress(ApiException):
        core.delete_namespaced_service(name, namespace)
    apps.delete_collection_namespaced_deployment(
        namespace, label_selector=selector, propagation_policy="Background"
    )
    apps.delete_collection_namespaced_replica_set(
        namespace, label_selector=selector, propagation_policy="Background"
    )

    def gone() -> bool:
        core.delete_collection_namespaced_pod(namespace, label_selector=selector, grace_period_seconds=0)
        return not core.list_namespaced_pod(namespace, label_selector=selector).items

    wait_until(gone, _("the copy's Pods are gone"))


def rolled(see: SeeCluster, name: str) -> tuple[int, Counter[str]]:
    """Roll a Deployment out without a change, while clients ask its Service; return the fewest available Pods, and the answers.

    The API server asks in the clients' place: it takes a ready Pod of the Service for each request.
    """
    core, apps = see.core, AppsV1Api(see.client)
    over, answers = Event(), Counter[str]()

    def ask() -> None:
        while not over.is_set():
            try:
                core.connect_get_namespaced_service_proxy_with_path(f"{name}:80", see.namespace, "ferry")
                answers["across"] += 1
            except (ApiException, DrydockError):
                answers[FAILED] += 1

    def old_are_gone() -> bool:
        selector = f"{PROBE}={name}"
        pods = core.list_namespaced_pod(see.namespace, label_selector=selector).items
        return not any(pod.metadata.deletion_timestamp for pod in pods)

    change: Any = {"spec": {"template": {"metadata": {"annotations": {RESTARTED: uuid.uuid4().hex}}}}}
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(ask) for _number in range(CLIENTS)]
        try:
            before = apps.list_namespaced_replica_set(see.namespace)
            apps.patch_namespaced_deployment(name, see.namespace, change)
            seen = follow(see.client, name, before)
            wait_until(old_are_gone, _("the old Pods of the copy are gone"))
        finally:
            over.set()
    for client in clients:
        client.result()
    return seen.fewest, answers
