"""Lesson 02, Docker architecture."""

from drydock.checks.lesson02 import api, limits, restart, shims, store
from drydock.checks.lesson02.basin import start_basin
from drydock.checks.lesson02.limits import limit_of, start_leak
from drydock.checks.lesson02.store import start_store

__all__ = [
    "api",
    "limit_of",
    "limits",
    "restart",
    "shims",
    "start_basin",
    "start_leak",
    "start_store",
    "store",
]
