"""The task on a Service that is reached from the learner's computer."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.request import ProxyHandler, build_opener

from kubernetes.client import ApiClient

from drydock.checks import workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson13 import asking
from drydock.checks.lesson13.making import available, deployment, make, pod
from drydock.checks.registry import task
from drydock.text import _

NAME, NODE_PORT, REPLICAS, ASKED = "dd-lamp", 30083, 2, 40


def start_lamp(cluster: ApiClient) -> None:
    """Make the Deployment of task 13.4, which no Service stands before."""
    make(cluster, deployment(NAME, REPLICAS, pod("lit", {"app": NAME})))
    available(cluster, NAME)


def answers(address: str) -> Counter[str]:
    """Return the answers to 40 requests from this computer, each over a connection of its own."""
    direct = build_opener(ProxyHandler({}))  # the learner's proxy does not know this address

    def ask(_number: int) -> str:
        try:
            return str(direct.open(f"http://{address}/", timeout=2).read().decode()) or asking.NONE
        except (OSError, ValueError):
            return asking.NONE

    if ask(0) == asking.NONE:
        return Counter({asking.NONE: 1})
    with ThreadPoolExecutor(4) as pool:
        return Counter(pool.map(ask, range(ASKED)))


@task("13.4", _("A light that is seen from here"), hints=(
    _("Which type of Service has a port on each node?"),
    _("`type: NodePort`. Three numbers: `port` is the Service's own, `targetPort` the Pod's, `nodePort` the node's. The last one is chosen for you unless you say it."),
    _('`{"type": "NodePort", "selector": {"app": "dd-lamp"}, "ports": [{"port": 80, "targetPort": "web", "nodePort": 30083}]}`.'),
))  # fmt: skip
def lamp(cluster: Any, see: SeeCluster) -> None:
    found = workloads.rolled_out(see, NAME)
    there = workloads.several(
        see, found, REPLICAS, _("Both lamps burn: a Service shares the connections out among them.")
    )
    names = {one.metadata.name for one in there}
    address = cluster.port(NODE_PORT)
    seen = asking.patiently(
        lambda: answers(address), lambda got: asking.pods_of(got) == names and asking.said(got) == "lit"
    )
    reached, what = asking.pods_of(seen), _("answer on NodePort {port}").format(port=NODE_PORT)
    see.require(
        what, "lit", asking.said(seen), asking.said(seen) == "lit",
        _("Who listens there? `kubectl get services` shows both of a Service's ports, as in 80:30083. And a Service without ready Pods refuses the connection."),
    )  # fmt: skip
    # Of 40 new connections none reaches one of two Pods with a probability of 2 * (1/2)**40: 2e-12.
    see.expect(
        _("Pods that answer there"), expected=_("all of {name}").format(name=NAME),
        actual=_("all of {name}").format(name=NAME) if reached == names else _("{found} of {all}").format(
            found=len(reached & names), all=len(names)), holds=reached == names,
        hint=_("Each new connection goes to any of the Pods behind the Service: unless it sticks to one for each client, or finds only one."),
    )  # fmt: skip
