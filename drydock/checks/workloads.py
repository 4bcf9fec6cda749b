"""Deployments as a check on a cluster sees them: how far they are, and what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubernetes.client import AppsV1Api
from kubernetes.client.exceptions import ApiException

from drydock.checks import kube, texts
from drydock.checks.kube import SeeCluster
from drydock.checks.states import hindered
from drydock.rollouts import complete, owned_by, revision
from drydock.text import _
from drydock.waiting import patient

STUCK = _("`kubectl describe deployment` ends with its conditions and events, and `kubectl get pods` says what the new Pods wait for.")  # fmt: skip


def find(see: SeeCluster, name: str) -> Any:
    """Return a Deployment of the lesson's namespace as it is now; None when there is none."""
    try:
        return AppsV1Api(see.client).read_namespaced_deployment(name, see.namespace)
    except ApiException as error:
        if error.status != 404:
            raise
        return None


def deployment(see: SeeCluster, name: str) -> Any:
    """Return the learner's Deployment; end the check when it's missing or not theirs."""
    see.own_namespace()
    found, there = find(see, name), _("there")
    see.require(
        _("Deployment {name}").format(name=name),
        there,
        there if found else _("not there"),
        found,
        _("A Deployment is found by its exact name, in the lesson's namespace. A Pod or a ReplicaSet of that name is another object: `kubectl get deployments -A` lists all."),
    )  # fmt: skip
    return found


def rolled_out(see: SeeCluster, name: str, known: bool = False) -> Any:
    """Return the learner's Deployment when its newest template is what runs; else end the check after 15 s.

    `known` says that it has been looked for already.
    """
    if not known:
        deployment(see, name)
    found = patient(lambda: find(see, name), kube.PATIENCE, lambda one: one and complete(one))
    done = bool(found and complete(found))
    waits = "" if done or not found else next(filter(None, map(hindered, pods(see, found))), "")
    see.require(
        _("rollout of {name}").format(name=name),
        _("complete"),
        _("complete") if done else said(found) if found else _("not there"),
        done,
        texts.WAITING.get(waits, STUCK),
    )
    return found


def replica_sets(see: SeeCluster, found: Any) -> list[Any]:
    """Return a Deployment's ReplicaSets, the oldest revision first."""
    every = AppsV1Api(see.client).list_namespaced_replica_set(see.namespace).items
    return sorted((one for one in every if owned_by(one, "Deployment", found.metadata.name)), key=revision)


def pods(see: SeeCluster, found: Any) -> list[Any]:
    """Return a Deployment's Pods, without those that are ending."""
    names = [one.metadata.name for one in replica_sets(see, found)]
    every = see.core.list_namespaced_pod(see.namespace).items
    return [
        pod
        for pod in every
        if not pod.metadata.deletion_timestamp and any(owned_by(pod, "ReplicaSet", name) for name in names)
    ]


def several(see: SeeCluster, found: Any, least: int, hint: str) -> list[Any]:
    """Return a Deployment's Pods, without those that are ending; end the check when there are fewer than `least`."""
    there = pods(see, found)
    see.require(
        _("Pods of {name}").format(name=found.metadata.name),
        _("{number} or more").format(number=least),
        str(len(there)),
        len(there) >= least,
        hint,
    )
    return there


def value(pod: Any, name: str) -> str:
    """Return a variable of a Pod's (or a template's) first container, as the manifest has it; "" when it is not set."""
    variables = pod.spec.containers[0].env or []
    return next((one.value or "" for one in variables if one.name == name), "")


def distinct(found: list[Any], look: Callable[[Any], str]) -> str:
    """Return what Pods (or ReplicaSets) are like, each answer once, in words for a report."""
    return ", ".join(sorted({look(one) or _("none") for one in found})) or _("no Pods")


def said(found: Any) -> str:
    """Return how far a Deployment is, in words for a report."""
    status, spec = found.status, found.spec
    text = _("{new} of {wanted} Pods are new, {available} available").format(
        new=status.updated_replicas or 0, wanted=spec.replicas, available=status.available_replicas or 0
    )
    reasons = [
        one.reason for one in status.conditions or [] if one.type == "Progressing" and one.status != "True"
    ]
    return "; ".join([text, *reasons])
