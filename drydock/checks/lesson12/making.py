"""Deployments of the tasks, made from manifests that are plain dicts."""

from __future__ import annotations

from typing import Any

from kubernetes.client import ApiClient, AppsV1Api

from drydock.rollouts import complete
from drydock.text import _
from drydock.waiting import wait_until

IMAGE = "python:3.13-slim"
NAMESPACE = "dd-12"
# A program that does nothing, and ends when it is asked to.
IDLE = """\
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
signal.pause()
"""

Manifest = dict[str, Any]


def template(name: str, program: str = IDLE, env: dict[str, str] | None = None, **more: Any) -> Manifest:
    """Return the template of a Pod that runs a Python program, with the label `app`; `more` goes into its container."""
    variables = [{"name": key, "value": value} for key, value in (env or {}).items()]
    one = {"name": "main", "image": IMAGE, "command": ["python", "-c", program], "env": variables, **more}
    return {
        "metadata": {"labels": {"app": name}},
        "spec": {"terminationGracePeriodSeconds": 5, "containers": [one]},
    }


def deployment(name: str, replicas: int, pod: Manifest, **spec: Any) -> Manifest:
    """Return the manifest of a Deployment whose selector is the template's labels; `spec` are further members."""
    selector = {"matchLabels": dict(pod["metadata"]["labels"])}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"replicas": replicas, "selector": selector, "template": pod, **spec},
    }


def make(cluster: ApiClient, manifest: Manifest) -> Any:
    """Create a Deployment in the lesson's namespace, and return it when all of its Pods are available."""
    body: Any = manifest
    AppsV1Api(cluster).create_namespaced_deployment(NAMESPACE, body)
    return available(cluster, manifest["metadata"]["name"])


def change(cluster: ApiClient, name: str, pod: Manifest) -> None:
    """Give a Deployment another template."""
    body: Any = {"spec": {"template": pod}}
    AppsV1Api(cluster).patch_namespaced_deployment(name, NAMESPACE, body)


def available(cluster: ApiClient, name: str) -> Any:
    """Wait for the end of a rollout, and return the Deployment. Raises DrydockError when there is none in 60 s."""
    apps = AppsV1Api(cluster)

    def look() -> Any:
        found = apps.read_namespaced_deployment(name, NAMESPACE)
        return found if complete(found) else None

    return wait_until(look, _("the rollout of {name} is complete").format(name=name), 60)
