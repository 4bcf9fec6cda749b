"""Copies of a learner's Pod, for a check to do with what it would not do to the Pod itself; always removed."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from kubernetes.client import ApiClient, CoreV1Api
from kubernetes.client.exceptions import ApiException

from drydock import session
from drydock.checks.probes import PROBE

TOKEN = "kube-api-access-"  # the volume that the API server adds to each Pod, under a random name
# What the API server, the scheduler or a debugger has added to a Pod, and a new one gets anew.
ADDED = ("nodeName", "ephemeralContainers", "tolerations", "priority", "preemptionPolicy")


@contextlib.contextmanager
def made(client: ApiClient, pod: Any, lesson: str, changes: Mapping[str, Any]) -> Iterator[str]:
    """Make a Pod with the spec of another and these changes, for the time of a `with`; give its name."""
    core, namespace = CoreV1Api(client), pod.metadata.namespace
    name = f"drydock-probe-{uuid.uuid4().hex[:8]}"
    # The learner's labels go along: the Pod itself may ask for them.
    labels = {**(pod.metadata.labels or {}), **session.labels(lesson), PROBE: "1"}
    body: Any = {
        "metadata": {"name": name, "labels": labels, "annotations": dict(pod.metadata.annotations or {})},
        "spec": {**_own(client.sanitize_for_serialization(pod.spec)), **changes},
    }
    try:
        core.create_namespaced_pod(namespace, body)
        yield name
    finally:
        # By name, so that an interrupt between the server's answer and ours leaves nothing either.
        with contextlib.suppress(ApiException):  # gone already: to be deleted may be what it was made for
            core.delete_namespaced_pod(name, namespace, grace_period_seconds=0)


def _own(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a Pod's spec without what was added to it after it had been sent."""
    spec = {key: value for key, value in spec.items() if key not in ADDED}
    spec["volumes"] = [v for v in spec.get("volumes") or [] if not v["name"].startswith(TOKEN)]
    for kind in ("initContainers", "containers"):
        for one in spec.get(kind) or []:
            one["volumeMounts"] = [
                m for m in one.get("volumeMounts") or [] if not m["name"].startswith(TOKEN)
            ]
    return spec
