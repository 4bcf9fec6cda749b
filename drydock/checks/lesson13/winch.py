"""The task on a port that has a name, and two numbers."""

from __future__ import annotations

from kubernetes.client import ApiClient

from drydock.checks import workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson13 import asking, ends
from drydock.checks.lesson13.making import VARIABLE, available, deployment, make, pod, service
from drydock.checks.registry import task
from drydock.text import _

NAME, ASKED = "dd-winch", 60
PORTS = {"old": 8000, "new": 9000}


def labels(says: str) -> dict[str, str]:
    """Return the labels of one of the two Deployments' Pods."""
    return {"app": NAME, "winch": says}


def start_winch(cluster: ApiClient) -> None:
    """Make the Deployments and the Service of task 13.2: it sends to a number on which half of its Pods don't listen."""
    for says, port in PORTS.items():
        make(cluster, deployment(f"{NAME}-{says}", 1, pod(says, labels(says), port)))
    make(cluster, service(NAME, {"app": NAME}))
    available(cluster, *(f"{NAME}-{says}" for says in PORTS))


@task("13.2", _("Repair: one Service, two ports"), hints=(
    _("Half of the connections are refused. On which port does each of the Pods listen, and which one does the Service send to?"),
    _("`targetPort` may be a number, or a *name*. A name is looked up in each Pod anew: both manifests give their port one."),
    _('`kubectl -n dd-13 patch service dd-winch -p \'{"spec": {"ports": [{"port": 80, "targetPort": "web"}]}}\'`.'),
))  # fmt: skip
def winch(cluster: ApiClient, see: SeeCluster) -> None:
    ends.service(see, NAME)
    pods: dict[str, str] = {}  # name: port
    for says, port in PORTS.items():
        name = f"{NAME}-{says}"
        there = workloads.pods(see, workloads.rolled_out(see, name))
        listens = workloads.distinct(there, lambda one: workloads.value(one, "PORT"))
        heard = workloads.distinct(there, lambda one: workloads.value(one, VARIABLE))
        see.require(
            _("port of {name}").format(name=name), str(port), listens, listens == str(port) and heard == says,
            _("The two programs stay as they are: in a rollout, too, both are there for a while."),
        )  # fmt: skip
        pods |= {one.metadata.name: str(port) for one in there}
    expected = sorted(pods.items())
    found = asking.patiently(lambda: targets(see), lambda seen: seen == expected)
    ports = _("each Pod with the port on which it listens")
    see.require(
        _("ready Pods behind the Service, with their ports"), ports,
        ports if found == expected else ", ".join(sorted(port for _pod, port in found)) or _("no Pods"),
        found == expected,
        _("A number means the same port for each Pod. The EndpointSlices say which port was found in which Pod."),
    )  # fmt: skip
    with asking.caller(see) as caller:
        answers = asking.patiently(
            lambda: caller.answers(f"http://{NAME}/", ASKED), lambda seen: asking.said(seen) == "new, old"
        )
    # With one Pod of each, 60 new connections leave one of them out with a probability of 2 * (1/2)**60: 2e-18.
    see.expect(
        _("answers from inside"), expected="new, old", actual=asking.said(answers),
        holds=asking.said(answers) == "new, old",
        hint=_("A connection to a port on which nobody listens is refused, and another Pod is not tried."),
    )  # fmt: skip


def targets(see: SeeCluster) -> list[tuple[str, str]]:
    """Return the Pods behind the Service, each with its port."""
    return sorted((end.pod, str(end.port)) for end in ends.ready(see, NAME))
