"""Pods of the tasks: made from manifests that are plain dicts, and recognised by the programs in them."""

from __future__ import annotations

from typing import Any

from kubernetes.client import ApiClient, CoreV1Api

from drydock.checks.kube import SeeCluster
from drydock.text import _

IMAGE = "python:3.13-slim"
NAMESPACE = "dd-11"

Manifest = dict[str, Any]


def container(name: str, program: str, **more: Any) -> Manifest:
    """Return a container that runs a Python program."""
    return {"name": name, "image": IMAGE, "command": ["python", "-c", program], **more}


def pod(name: str, *containers: Manifest, **spec: Any) -> Manifest:
    """Return the manifest of a Pod; `spec` are members of its spec beside the containers."""
    spec = {"terminationGracePeriodSeconds": 1, **spec, "containers": list(containers)}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def make(cluster: ApiClient, manifest: Manifest) -> Any:
    """Create a Pod in the lesson's namespace; return it as the API server has it now."""
    body: Any = manifest
    return CoreV1Api(cluster).create_namespaced_pod(NAMESPACE, body)


def same_programs(see: SeeCluster, found: Any, **programs: str) -> None:
    """End the check unless each program is in the container of its name, as it was given."""
    spec = found.spec
    there = {one.name: _words(one) for one in [*(spec.init_containers or []), *spec.containers]}
    changed = [name for name, text in programs.items() if not _has(there.get(name, []), text)]
    names, kept = ", ".join(programs), _("as they were")
    see.require(
        _("programs of {names}").format(names=names),
        kept,
        _("{names}: another, or not there").format(names=", ".join(changed)) if changed else kept,
        not changed,
        _(
            "The programs stay as they are, and the containers keep their names: what is wrong is around them."
        ),
    )


def _words(one: Any) -> list[str]:
    return [*(one.command or []), *(one.args or []), *(v.value or "" for v in one.env or [])]


def _has(words: list[str], program: str) -> bool:
    return any(program.strip() in word for word in words)
