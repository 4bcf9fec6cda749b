"""Drydock: learn Docker and Kubernetes by running them. A lesson needs `connect`, `need`, `check`, `hint` and `clean`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drydock.checks import check, hint
    from drydock.cleaning import clean
    from drydock.client import connect
    from drydock.clusters import cluster
    from drydock.errors import DrydockError
    from drydock.images import need
    from drydock.waiting import wait_until

__all__ = ["DrydockError", "check", "clean", "cluster", "connect", "hint", "need", "wait_until"]
# Loaded when first asked for: each `docker` in a cell starts Python with this package, and needs none of them.
PLACES = {
    "DrydockError": "errors",
    "check": "checks",
    "clean": "cleaning",
    "cluster": "clusters",
    "connect": "client",
    "hint": "checks",
    "need": "images",
    "wait_until": "waiting",
}


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *PLACES])
