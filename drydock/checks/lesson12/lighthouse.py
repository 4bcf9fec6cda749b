"""The task on a rollout that is stuck."""

from __future__ import annotations

from typing import Any

from kubernetes.client import ApiClient

from drydock.checks import workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson12.making import IMAGE, available, change, deployment, make, template
from drydock.checks.registry import task
from drydock.rollouts import revision
from drydock.text import _
from drydock.waiting import wait_until

NAME, VARIABLE, REPLICAS = "dd-lighthouse", "LIGHT", 2
LIGHTS = ("green", "white", "red")  # of the revisions 1, 2 and 3
BROKEN = "python:3.13-slimm"


def start_lighthouse(cluster: ApiClient) -> Any:
    """Make the Deployment of task 12.2: its third revision has an image that is nowhere."""
    quick = {"strategy": {"rollingUpdate": {"maxSurge": "100%", "maxUnavailable": 0}}}
    first, second, third = (template(NAME, env={VARIABLE: light}) for light in LIGHTS)
    make(cluster, deployment(NAME, REPLICAS, first, progressDeadlineSeconds=5, **quick))
    change(cluster, NAME, second)
    available(cluster, NAME)
    third["spec"]["containers"][0]["image"] = BROKEN
    change(cluster, NAME, third)
    see = SeeCluster(cluster, "12")
    found = workloads.find(see, NAME)

    def begun() -> bool:
        wrong = broken(workloads.replica_sets(see, found))
        return bool(wrong and wrong.status.replicas == REPLICAS)

    wait_until(begun, _("the third revision has its Pods"))
    return found


def broken(replica_sets: list[Any]) -> Any:
    """Return the ReplicaSet with the image that is nowhere; None when there is none."""
    images = {one.spec.template.spec.containers[0].image: one for one in replica_sets}
    return images.get(BROKEN)


@task("12.2", _("In a terminal: back to what worked"), hints=(
    _("The Pods of before still run. Which command says what they were, and which one goes back?"),
    _("`kubectl rollout history` lists the revisions, and `--revision=2` shows one. Nothing needs to be built, edited or made anew."),
    _("`kubectl -n dd-12 rollout undo deployment dd-lighthouse`: without `--to-revision` it is the revision before the newest."),
))  # fmt: skip
def lighthouse(cluster: ApiClient, see: SeeCluster) -> None:
    found = workloads.rolled_out(see, NAME)
    there = workloads.pods(see, found)
    facts = (
        (_("image of its Pods"), IMAGE, workloads.distinct(there, lambda pod: str(pod.spec.containers[0].image))),
        (_("{variable} in its Pods").format(variable=VARIABLE), LIGHTS[1], workloads.distinct(there, lambda pod: workloads.value(pod, VARIABLE))),
    )  # fmt: skip
    for what, expected, actual in facts:
        see.expect(
            what,
            expected=expected,
            actual=actual,
            holds=actual == expected,
            hint=_("A revision is a whole template: image, variables and all. Which one worked last?"),
        )
    wrong, kept = broken(workloads.replica_sets(see, found)), _("kept")
    see.require(
        _("the broken revision in its history"),
        kept,
        kept if wrong else _("not there"),
        wrong,
        _(
            "A Deployment that is deleted takes its Pods and its history along, and the light was out meanwhile."
        ),
    )
    older = [pod for pod in there if pod.metadata.creation_timestamp <= wrong.metadata.creation_timestamp]
    see.expect(
        _("Pods from before the broken revision {number}").format(number=revision(wrong)),
        expected=REPLICAS,
        actual=len(older),
        holds=len(older) == REPLICAS,
        hint=_("The ReplicaSet of before had kept its Pods: going back need not start any."),
    )
