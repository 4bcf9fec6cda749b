"""The task on a canary: a few Pods of the new version, behind the Service of the old one."""

from __future__ import annotations

from typing import Any

from kubernetes.client import ApiClient, CoreV1Api, DiscoveryV1Api

from drydock.checks import kube, workloads
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson12.making import NAMESPACE, deployment, make, template
from drydock.checks.registry import task
from drydock.text import _
from drydock.waiting import patient

NAME, VARIABLE, REPLICAS, PORT = "dd-tide", "VERSION", 3, 8000
OLD, NEW = "1", "2"
# The program of task 12.4.
TIDE = f"""\
import http.server, os, signal
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Tide(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["{VARIABLE}"].encode())
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("", {PORT}), Tide).serve_forever()
"""
READY = {"readinessProbe": {"httpGet": {"port": PORT}, "periodSeconds": 1}}


def pod(version: str, track: str) -> dict[str, Any]:
    """Return a template of the tide's, with the labels `app` and `track`."""
    made = template(NAME, TIDE, {VARIABLE: version}, **READY)
    made["metadata"]["labels"]["track"] = track
    return made


def start_tide(cluster: ApiClient) -> Any:
    """Make the Deployment of task 12.4, and the Service before it."""
    service: Any = {
        "metadata": {"name": NAME},
        "spec": {"selector": {"app": NAME}, "ports": [{"port": 80, "targetPort": PORT}]},
    }
    CoreV1Api(cluster).create_namespaced_service(NAMESPACE, service)
    return make(cluster, deployment(NAME, REPLICAS, pod(OLD, "stable")))


def behind(see: SeeCluster) -> list[Any]:
    """Return the Pods that the Service sends requests to: those of its EndpointSlices that are ready."""
    selector = f"kubernetes.io/service-name={NAME}"
    slices = DiscoveryV1Api(see.client).list_namespaced_endpoint_slice(see.namespace, label_selector=selector)
    ends = [end for one in slices.items for end in one.endpoints or [] if end.conditions.ready]
    names = {end.target_ref.name for end in ends if end.target_ref}
    return [pod for pod in map(see.find, sorted(names)) if pod]


def versions(there: list[Any]) -> list[str]:
    """Return the version of each Pod."""
    return sorted(workloads.value(pod, VARIABLE) for pod in there)


def a_quarter(there: list[Any]) -> bool:
    """Tell whether one of four Pods is of the new version, and all others of the old one."""
    found = versions(there)
    old, new = found.count(OLD), found.count(NEW)
    return new > 0 and old == 3 * new and len(found) == old + new


@task("12.4", _("One in four"), hints=(
    _("A Service shares its requests out over the Pods that its selector finds, whoever made them."),
    _("A second Deployment, with one Pod of the new version. Which labels must its Pods share with the old ones, and in which must they differ, so that each Deployment has Pods of its own?"),
    _("Labels `app: dd-tide` and `track: canary` in the template and in the selector, `replicas: 1`, `VERSION=2`, and the readiness probe of the old one."),
))  # fmt: skip
def tide(cluster: ApiClient, see: SeeCluster) -> None:
    found = workloads.rolled_out(see, NAME)
    there = patient(lambda: behind(see), kube.PATIENCE, a_quarter)
    expected = _("a quarter of them is {new}, the others are {old}").format(new=NEW, old=OLD)
    right = a_quarter(there)
    see.require(
        _("versions of the Pods behind the Service"),
        expected,
        expected if right else ", ".join(versions(there)) or _("no Pods"),
        right,
        _("A Service knows no versions and no weights: the share of a version is its share of the Pods. A Pod counts when it is ready, and when it has every label of the Service's selector."),
    )  # fmt: skip
    sets = workloads.replica_sets(see, found)
    see.expect(
        _("ReplicaSets of {name}").format(name=NAME),
        expected=_("1: it was left as it is"),
        actual=len(sets),
        holds=len(sets) == 1,
        hint=_("A rollout that is stopped on its way holds every later change back. The old version should be free to change, and to scale."),
    )  # fmt: skip
    alone, kept = [one.metadata.name for one in there if not one.metadata.owner_references], _("none")
    see.expect(
        _("Pods behind the Service that nobody replaces"),
        expected=kept,
        actual=", ".join(alone) or kept,
        holds=not alone,
        hint=_("A Pod that was made by hand is not made anew when its node goes. Then there is no canary any more, and nobody notices."),
    )  # fmt: skip
