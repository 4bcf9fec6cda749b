"""The task on several changes that are one rollout."""

from __future__ import annotations

from typing import Any

from kubernetes.client import ApiClient

from drydock.checks import workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson12.making import deployment, make, template
from drydock.checks.registry import task
from drydock.text import _

NAME, REPLICAS = "dd-pier", 2
ASKED = {"BERTHS": "8", "TIDE": "high"}
LABEL, QUAY = "quay", "north"


def start_pier(cluster: ApiClient) -> Any:
    """Make the Deployment of task 12.3."""
    return make(cluster, deployment(NAME, REPLICAS, template(NAME, env={"BERTHS": "4", "TIDE": "low"})))


@task("12.3", _("Three changes, one rollout"), hints=(
    _("Each change of the template begins a rollout. How do you tell the Deployment to wait until you are done?"),
    _("`kubectl rollout pause` and `kubectl rollout resume`; or say all three changes in one request."),
    _("`kubectl -n dd-12 rollout pause deployment dd-pier`, then `set env` twice and a patch of `spec.template.metadata.labels`, then `rollout resume`."),
))  # fmt: skip
def pier(cluster: ApiClient, see: SeeCluster) -> None:
    paused = workloads.deployment(see, NAME).spec.paused
    see.require(
        _("Deployment {name} is paused").format(name=NAME),
        _("no"),
        _("yes") if paused else _("no"),
        not paused,
        _("A paused Deployment takes changes, and does not act on them."),
    )
    found = workloads.rolled_out(see, NAME, known=True)
    there = workloads.pods(see, found)
    for variable, wanted in ASKED.items():
        actual = workloads.distinct(there, lambda pod, name=variable: workloads.value(pod, name))  # type: ignore[misc]
        see.expect(
            _("{variable} in its Pods").format(variable=variable),
            expected=wanted,
            actual=actual,
            holds=actual == wanted,
            hint=_("What a Pod gets stands in the template, below `spec.template`."),
        )
    labels = workloads.distinct(there, lambda pod: (pod.metadata.labels or {}).get(LABEL, ""))
    see.expect(
        _("label {label} of its Pods").format(label=LABEL),
        expected=QUAY,
        actual=labels,
        holds=labels == QUAY,
        hint=_("A label of the Deployment itself is not a label of its Pods: those are in the template's own metadata."),
    )  # fmt: skip
    sets = len(workloads.replica_sets(see, found))
    see.expect(
        _("ReplicaSets of {name}").format(name=NAME),
        expected=_("2: the old one and one new"),
        actual=sets,
        holds=sets == 2,
        hint=_("Each template that it has had is one ReplicaSet, also one that lasted for a second. `start_pier` makes the Deployment anew, once you have deleted it."),
    )  # fmt: skip
