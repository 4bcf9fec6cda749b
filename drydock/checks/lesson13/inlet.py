"""The task on two paths of one host."""

from __future__ import annotations

from typing import Any

from kubernetes.client import ApiClient

from drydock.checks import workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson13 import asking, visiting
from drydock.checks.lesson13.controller import NODE_PORT
from drydock.checks.lesson13.making import available, deployment, make, pod, service
from drydock.checks.registry import task
from drydock.text import _

NAME, HOST = "dd-inlet", "inlet.test"
# Path: who is to answer. A path is the way to everything below it, and to nothing that merely begins with its letters.
WAYS = {"/a": "a", "/a/buoys/7": "a", "/b": "b", "/b/": "b"}
ASTRAY = {"/": HOST, "/ab": HOST, "/a": "elsewhere.test"}


def start_inlet(cluster: ApiClient) -> None:
    """Make the two Deployments of task 13.5, each with a Service of its name."""
    for says in ("a", "b"):
        name = f"{NAME}-{says}"
        make(cluster, deployment(name, 1, pod(says, {"app": name})), service(name, {"app": name}, "web"))
    available(cluster, *(f"{NAME}-{says}" for says in ("a", "b")))


@task("13.5", _("Two paths of one host"), hints=(
    _("Which object has rules of host and path, and names a Service for each? And who reads it?"),
    _("An Ingress names its class: without one, no controller feels addressed. `pathType: Prefix` takes what is below a path, `Exact` the path alone."),
    _("`ingressClassName: dd-traefik`, one rule with `host: inlet.test`, two `paths` with `pathType: Prefix`, each with `backend.service` by name and port 80."),
))  # fmt: skip
def inlet(cluster: Any, see: SeeCluster) -> None:
    for says in ("a", "b"):
        workloads.rolled_out(see, f"{NAME}-{says}")
    address = cluster.port(NODE_PORT)

    def ask() -> tuple[dict[str, str], dict[str, str]]:
        ways = {path: brief(visiting.visit(address, HOST, path)) for path in WAYS}
        return ways, {path: brief(visiting.visit(address, host, path)) for path, host in ASTRAY.items()}

    # The controller takes up a change within some seconds: all is waited for, as any of it may be what has changed.
    ways, astray = asking.patiently(ask, lambda seen: seen == (WAYS, dict.fromkeys(ASTRAY, "404")))
    for path, found in ways.items():
        see.expect(
            _("answer at {host}{path}").format(host=HOST, path=path),
            expected=WAYS[path],
            actual=found,
            holds=found == WAYS[path],
            hint=_("404 is the controller's own: no rule of its fits. 502 or 503: a rule fits, and behind it nobody answers. And no answer at all: nobody listens on the node's port."),
        )  # fmt: skip
    for path, host in ASTRAY.items():
        see.expect(
            _("answer at {host}{path}").format(host=host, path=path), expected="404", actual=astray[path], holds=astray[path] == "404",
            hint=_("A rule without a host is for every host, and a path `/` for every path. What was not asked for should not be open."),
        )  # fmt: skip


def brief(answer: tuple[int, str]) -> str:
    """Return who has answered, or the status of a failure."""
    status, text = answer
    return text.split()[0] if status == 200 and text else str(status or asking.NONE)
