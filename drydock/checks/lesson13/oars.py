"""The task on a name that stands for the Pods themselves, ready or not."""

from __future__ import annotations

from kubernetes.client import ApiClient

from drydock.checks import kube, workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson13 import asking, ends
from drydock.checks.lesson13.making import NAMESPACE, available, deployment, make, pod, service
from drydock.checks.registry import task
from drydock.checks.states import condition
from drydock.text import _
from drydock.waiting import patient, wait_until

NAME, ROWING, RESTING = "dd-oars", "rowing", "resting"
REPLICAS = {ROWING: 2, RESTING: 1}
NEVER = {"exec": {"command": ["false"]}, "periodSeconds": 1}
HOST = f"{NAME}.{NAMESPACE}.svc.cluster.local"


def labels(says: str) -> dict[str, str]:
    """Return the labels of one of the two Deployments' Pods."""
    return {"app": NAME, "oar": says}


def start_oars(cluster: ApiClient) -> None:
    """Make two ready Pods and one that never is, and an ordinary Service before all of them."""
    see = kube.SeeCluster(cluster, "13")
    resting = pod(RESTING, labels(RESTING), readinessProbe=NEVER)
    make(cluster, deployment(f"{NAME}-{ROWING}", REPLICAS[ROWING], pod(ROWING, labels(ROWING))))
    make(cluster, deployment(f"{NAME}-{RESTING}", REPLICAS[RESTING], resting), service(NAME, {"app": NAME}))
    available(cluster, f"{NAME}-{ROWING}")
    wait_until(lambda: len(found(see)) == sum(REPLICAS.values()), _("all Pods have an address"), 60)


def found(see: SeeCluster) -> dict[str, bool]:
    """Return the addresses of both Deployments' Pods, and whether each is ready."""
    there = [workloads.find(see, f"{NAME}-{says}") for says in REPLICAS]
    pods = [one for each in there if each for one in workloads.pods(see, each)]
    return {one.status.pod_ip: condition(one, "Ready") for one in pods if one.status.pod_ip}


@task("13.3", _("A name for all of them, ready or not"), hints=(
    _("An ordinary Service's name stands for one address, its own. Which kind of Service has none?"),
    _("`clusterIP: None` makes it headless: DNS then answers with the Pods. It can't be changed afterwards: delete the Service, and make it again. And one more field says that Pods which are not ready are published, too."),
    _("`clusterIP: None` and `publishNotReadyAddresses: true` in the spec, beside `selector: {app: dd-oars}`."),
))  # fmt: skip
def oars(cluster: ApiClient, see: SeeCluster) -> None:
    ends.service(see, NAME)
    for says in REPLICAS:
        workloads.deployment(see, f"{NAME}-{says}")
    expected = _("{ready} ready, {other} not").format(ready=REPLICAS[ROWING], other=REPLICAS[RESTING])
    states = patient(lambda: found(see), kube.PATIENCE, right)
    ready = sum(states.values())
    see.require(
        _("Pods"), expected, _("{ready} ready, {other} not").format(ready=ready, other=len(states) - ready),
        right(states), _("The one that rests stays as it is: it is to be found, and not to be woken."),
    )  # fmt: skip
    with asking.caller(see) as caller:
        known = asking.patiently(lambda: caller.addresses(f"{HOST}."), lambda seen: seen == sorted(states))
    all_of_them = _("the {number} Pods'").format(number=len(states))
    see.expect(
        _("addresses in DNS for {name}").format(name=NAME),
        expected=all_of_them,
        actual=all_of_them if known == sorted(states) else _("{pods} of the Pods', {others} others").format(
            pods=len(set(known) & set(states)), others=len(set(known) - set(states))),
        holds=known == sorted(states),
        hint=_("A Service with an address of its own is found under that. A headless one is found under the addresses of its Pods: of those that are ready, unless it says otherwise."),
    )  # fmt: skip


def right(states: dict[str, bool]) -> bool:
    """Tell whether there are as many Pods as at the start, and as many of them ready."""
    return len(states) == sum(REPLICAS.values()) and sum(states.values()) == REPLICAS[ROWING]
