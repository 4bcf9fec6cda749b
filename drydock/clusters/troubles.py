"""Why a cluster does not answer, and what a client of another version may expect."""

from __future__ import annotations

import contextlib

import kubernetes
import requests
from docker.errors import DockerException

from drydock.client import LabellingClient
from drydock.clusters import names
from drydock.clusters.engine import find
from drydock.errors import DrydockError
from drydock.text import _

SKEW = 1  # minor versions that a client may be older or newer than the server


def unreachable(engine: LabellingClient | None, host: str, error: Exception) -> DrydockError:
    """Return the error for an API server that does not answer; the state of its container says why."""
    what = _("The cluster's API server does not answer at {host}: {why}").format(
        host=host, why=_shorten(error)
    )
    if engine is None:
        return DrydockError(
            what,
            _("It is a cluster that you have named; whether the request was carried out is not known."),
            _("`kubectl --context ... cluster-info` asks it; unset DRYDOCK_KUBE_CONTEXT to use the course's own cluster."),
        )  # fmt: skip
    return DrydockError(what, _state(engine), _("drydock.cluster() mends it and keeps what is in it."))


def _state(engine: LabellingClient) -> str:
    """Return what has become of the control plane's container, in words."""
    with contextlib.suppress(DockerException, DrydockError, requests.RequestException):
        control = find(engine, names.NAME)
        if control is None:
            return _("Its container {name} is gone: the cluster was removed.").format(name=names.NAME)
        if control.status == "running":
            return _("Its container {name} runs; the server may be starting, or overloaded.").format(
                name=names.NAME
            )
        return _("Its container {name} is there and does not run; its state is: {status}.").format(
            name=names.NAME, status=control.status
        )
    return _("The engine does not answer either.")


def _shorten(error: Exception) -> str:
    """Return the cause in one line: urllib3 wraps it in the address and the number of attempts."""
    reason = getattr(error, "reason", None) or error
    return str(reason).rpartition(": ")[2] or type(error).__name__


def skew(cluster: str, client: str = kubernetes.__version__) -> str | None:
    """Return a warning when a cluster's version and that of the Python client do not go together, else None.

    The Python client 37 was made from Kubernetes 1.37. Source: Kubernetes, Version Skew Policy, which lets kubectl be one
    minor version older or newer than the server; the Python client's README says no more of itself.
    """
    server, ours = int(cluster.split(".")[1]), int(client.split(".")[0])
    if abs(server - ours) <= SKEW:
        return None
    return _(
        "The cluster runs Kubernetes {cluster}, the Python client was made for 1.{client}: supported are 1.{first} to 1.{last}. What one of them does not know is missing or ignored."
    ).format(cluster=cluster, client=ours, first=ours - SKEW, last=ours + SKEW)
