"""What stands behind a Service, from its EndpointSlices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kubernetes.client import DiscoveryV1Api
from kubernetes.client.exceptions import ApiException

from drydock.checks.kube import SeeCluster
from drydock.text import _

NO_SERVICE = _("A Service is found by its exact name, in the lesson's namespace: `kubectl get services -A` lists all. `drydock.hint` says more.")  # fmt: skip


@dataclass(frozen=True)
class End:
    """An address behind a Service, with a port."""

    address: str
    port: int | None
    ready: bool
    pod: str


def service(see: SeeCluster, name: str) -> Any:
    """Return the learner's Service; end the check when it's missing."""
    see.own_namespace()
    there, found = _("there"), None
    try:
        found = see.core.read_namespaced_service(name, see.namespace)
    except ApiException as error:
        if error.status != 404:
            raise
    what = _("Service {name}").format(name=name)
    see.require(what, there, there if found else _("not there"), found, NO_SERVICE)
    return found


def behind(see: SeeCluster, name: str) -> list[End]:
    """Return the addresses behind a Service, of all its EndpointSlices; `ready` counts as true where nobody says.

    Source: Kubernetes API, EndpointSlice.
    """
    selector = f"kubernetes.io/service-name={name}"
    slices = DiscoveryV1Api(see.client).list_namespaced_endpoint_slice(see.namespace, label_selector=selector)
    return [
        End(address, port.port, end.conditions.ready is not False, end.target_ref.name if end.target_ref else "")
        for one in slices.items
        for end in one.endpoints or []
        for port in one.ports or []
        for address in end.addresses
    ]  # fmt: skip


def ready(see: SeeCluster, name: str) -> list[End]:
    """Return the addresses that a Service sends requests to."""
    return [end for end in behind(see, name) if end.ready]
