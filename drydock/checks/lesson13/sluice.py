"""The task on a route with weights."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kubernetes.client import ApiClient

from drydock.checks import workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson13 import asking, visiting
from drydock.checks.lesson13.controller import NODE_PORT
from drydock.checks.lesson13.making import available, deployment, make, pod, service
from drydock.checks.registry import task
from drydock.text import _

NAME, HOST = "dd-sluice", "sluice.test"
OLD, NEW = "old", "new"
# traefik takes turns: of 1200 requests a quarter are 300, give or take a few where it begins anew. One in five would be
# 240, and one in three 400. (Chosen by chance, the number would be outside of 260 to 340 in 8 of 1000 checks.)
ASKED, FEWEST, MOST = 1200, 260, 340


def labels(says: str) -> dict[str, str]:
    """Return the labels of one of the two Deployments' Pods."""
    return {"app": NAME, "sluice": says}


def start_sluice(cluster: ApiClient) -> None:
    """Make the two Deployments of task 13.6, each with a Service of its name."""
    for says in (OLD, NEW):
        name = f"{NAME}-{says}"
        make(cluster, deployment(name, 1, pod(says, labels(says))), service(name, labels(says), "web"))
    available(cluster, *(f"{NAME}-{says}" for says in (OLD, NEW)))


@task("13.6", _("One request in four"), hints=(
    _("A Service knows no weights, and neither does an Ingress. Which kind of route does, and to which Gateway does it belong?"),
    _("An HTTPRoute names its Gateway in `parentRefs`. A rule may have several `backendRefs`, each with a `weight`: what counts is its share of their sum."),
    _('`parentRefs: [{name: dd-gate}]`, `hostnames: ["sluice.test"]`, and one rule with `backendRefs: [{name: dd-sluice-old, port: 80, weight: 3}, {name: dd-sluice-new, port: 80, weight: 1}]`.'),
))  # fmt: skip
def sluice(cluster: Any, see: SeeCluster) -> None:
    for says in (OLD, NEW):
        workloads.rolled_out(see, f"{NAME}-{says}")
    address = cluster.port(NODE_PORT)
    # A route is taken up in parts: what counts is what holds in the end.
    seen = asking.patiently(lambda: visiting.counted(address, HOST, ASKED), quarter)
    wrong = {kind: number for kind, number in seen.items() if kind not in (OLD, NEW)}
    none = _("none")
    see.require(
        _("requests that failed"), none,
        ", ".join(f"{number} x {kind}" for kind, number in sorted(wrong.items())) or none, not wrong,
        _("404: no route has this host, or its Gateway has not accepted it: `kubectl describe httproute` shows its conditions. 500 or 503: it leads to a Service or a port that is not there."),
    )  # fmt: skip
    see.expect(
        _("requests to the new version, of {number}").format(number=ASKED),
        expected=_("about {number}").format(number=ASKED // 4),
        actual=seen[NEW] if not FEWEST <= seen[NEW] <= MOST else _("about {number}").format(number=ASKED // 4),
        holds=quarter(seen),
        hint=_("A weight is a share of the sum of all weights: 3 and 1 are a quarter, 4 and 1 a fifth. Who has said nothing has the weight 1."),
    )  # fmt: skip
    others = asking.patiently(
        lambda: visiting.visit(address, "elsewhere.test")[0], lambda status: status == 404
    )
    see.expect(
        _("status for another host"), expected=404, actual=others, holds=others == 404,
        hint=_("A route without `hostnames` takes the requests of every host that its Gateway takes."),
    )  # fmt: skip


def quarter(seen: Counter[str]) -> bool:
    """Tell whether all requests were answered, and about a quarter of them by the new version."""
    return seen.keys() == {OLD, NEW} and FEWEST <= seen[NEW] <= MOST
