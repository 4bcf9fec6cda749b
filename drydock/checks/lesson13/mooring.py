"""The task on a Service that finds no Pod."""

from __future__ import annotations

from kubernetes.client import ApiClient

from drydock.checks import workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson13 import asking, ends
from drydock.checks.lesson13.making import available, deployment, make, pod, service
from drydock.checks.registry import task
from drydock.text import _

NAME, REPLICAS, ASKED = "dd-mooring", 2, 40
LABELS = {"app": NAME, "side": "port"}
WRONG = {"app": NAME, "side": "left"}


def start_mooring(cluster: ApiClient) -> None:
    """Make the Deployment and the Service of task 13.1: no Pod has both labels of the selector."""
    make(cluster, deployment(NAME, REPLICAS, pod("moored", LABELS)), service(NAME, WRONG))
    available(cluster, NAME)


@task("13.1", _("Repair: a Service that finds nobody"), hints=(
    _("A Service sends nothing to a Deployment: it looks for Pods. By what?"),
    _("Compare `kubectl get pods --show-labels` with the Service's `spec.selector`. A Pod is found when it has *all* of those labels."),
    _('`kubectl -n dd-13 patch service dd-mooring -p \'{"spec": {"selector": {"app": "dd-mooring", "side": "port"}}}\'`.'),
))  # fmt: skip
def mooring(cluster: ApiClient, see: SeeCluster) -> None:
    ends.service(see, NAME)
    found = workloads.rolled_out(see, NAME)
    pods = workloads.several(
        see, found, REPLICAS, _("Both Pods are needed: they are not what is wrong here.")
    )
    names = {one.metadata.name for one in pods}
    there = asking.patiently(lambda: {end.pod for end in ends.ready(see, NAME)}, lambda pods: pods == names)
    theirs = _("the Pods of {name}, and no others").format(name=NAME)
    see.require(
        _("ready Pods behind the Service"), theirs, theirs if there == names else _("{found} of {all}, and {others} others").format(
            found=len(there & names), all=len(names), others=len(there - names)), there == names,
        _("The EndpointSlice lists what the selector finds: Pods that have every label of it. One that is short of a label, or has another value, is not there."),
    )  # fmt: skip
    with asking.caller(see) as caller:
        answers = asking.patiently(
            lambda: caller.answers(f"http://{NAME}/", ASKED),
            lambda seen: asking.pods_of(seen) == names and asking.NONE not in seen,
        )
    # Of 40 new connections none reaches one of two Pods with a probability of 2 * (1/2)**40, which is 2e-12.
    see.expect(
        _("Pods that answer from inside"),
        expected=len(names),
        actual=len(asking.pods_of(answers)) if asking.NONE not in answers else _("{number}, and {failed} requests without an answer").format(
            number=len(asking.pods_of(answers)), failed=answers[asking.NONE]),
        holds=asking.pods_of(answers) == names and asking.NONE not in answers,
        hint=_("The Service has Pods, and they don't answer: is `targetPort` the port on which the program listens?"),
    )  # fmt: skip
