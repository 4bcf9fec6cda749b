"""The course's Kubernetes cluster: containers of the learner's engine, each of them a node.

`cluster()` returns a client of the Python package `kubernetes` for it. It takes a second to load, so that it is
imported when it is first asked for: the `kubectl` command needs none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drydock.clusters.choosing import cluster
    from drydock.clusters.client import ClusterClient

__all__ = ["ClusterClient", "cluster"]
PLACES = {"ClusterClient": "client", "cluster": "choosing"}


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)
