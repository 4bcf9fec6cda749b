"""The task on a drain that never ends."""

from __future__ import annotations

from typing import Any

from kubernetes.client import ApiClient, PolicyV1Api
from kubernetes.client.exceptions import ApiException

from drydock.checks import kube, workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson12.making import NAMESPACE, deployment, make, template
from drydock.checks.registry import task
from drydock.text import _
from drydock.waiting import patient

NAME, REPLICAS = "dd-pilots", 3
REFUSED = 429  # what the API server answers when a budget has nothing left. Source: Kubernetes, "API-initiated Eviction"


def budget(cluster: ApiClient, counts: str = NAME, **spec: Any) -> Any:
    """Make the PodDisruptionBudget of task 12.5, or put another in its place; it counts the Pods with that label `app`."""
    policy = PolicyV1Api(cluster)
    body: Any = {"metadata": {"name": NAME}, "spec": {"selector": {"matchLabels": {"app": counts}}, **spec}}
    there = [one.metadata.name for one in policy.list_namespaced_pod_disruption_budget(NAMESPACE).items]
    if NAME in there:
        policy.delete_namespaced_pod_disruption_budget(NAME, NAMESPACE)
    return policy.create_namespaced_pod_disruption_budget(NAMESPACE, body)


def start_pilots(cluster: ApiClient) -> Any:
    """Make the Deployment and the budget of task 12.5: nobody may ever be taken away."""
    budget(cluster, minAvailable="100%")
    return make(cluster, deployment(NAME, REPLICAS, template(NAME)))


def evictable(see: SeeCluster, pod: Any) -> bool:
    """Tell whether a Pod may be evicted now. Nothing happens to it: the API server is asked for a dry run."""
    eviction: Any = {"metadata": {"name": pod.metadata.name}}
    try:
        see.core.create_namespaced_pod_eviction(pod.metadata.name, see.namespace, eviction, dry_run="All")
    except ApiException as error:
        if error.status != REFUSED:
            raise
        return False
    return True


def allowed(see: SeeCluster, there: list[Any]) -> int | None:
    """Return how many of these Pods may be evicted at once; None when no budget counts all of them."""
    budgets = PolicyV1Api(see.client).list_namespaced_pod_disruption_budget(see.namespace).items
    counted = [
        one.status
        for one in budgets
        if one.status and (one.status.expected_pods or 0) >= len(there)
        and (one.status.observed_generation or 0) >= one.metadata.generation
    ]  # fmt: skip
    return min((int(status.disruptions_allowed) for status in counted), default=None)


@task("12.5", _("Repair: a drain that never ends"), hints=(
    _("What does the budget promise, and how many Pods are there to keep the promise with?"),
    _("One may go when all others are left: so many must stay, or so few may be missing."),
    _("`maxUnavailable: 1` instead of `minAvailable`, in the budget's spec: delete it and make it anew, or `kubectl -n dd-12 edit pdb dd-pilots`."),
))  # fmt: skip
def pilots(cluster: ApiClient, see: SeeCluster) -> None:
    found = workloads.rolled_out(see, NAME)
    there = workloads.several(see, found, REPLICAS, _("The pilots are needed: all three of them."))
    at_once = patient(lambda: allowed(see, there), kube.PATIENCE, lambda number: number == 1)
    may, one = evictable(see, there[0]), _("1")
    see.expect(
        _("a Pod is evicted, on trial"),
        expected=_("allowed"),
        actual=_("allowed") if may else _("refused"),
        holds=may,
        hint=_(
            "A budget that allows nothing blocks each drain, and with it each update of a node, for ever."
        ),
    )
    see.expect(
        _("Pods that may be evicted at once"),
        expected=one,
        actual=_("any number: no budget counts them") if at_once is None else at_once,
        holds=at_once == 1,
        hint=_("A budget counts the Pods that its selector finds. `kubectl get pdb` has a column of the evictions that it allows now."),
    )  # fmt: skip
