"""Lesson 10, Compose, registry, observability."""

from drydock.checks.lesson10 import chatty, crier, depot, ferry, files, lookout, pier
from drydock.checks.lesson10.chatty import CHATTY, start_chatty
from drydock.checks.lesson10.crier import CRIER, start_crier
from drydock.checks.lesson10.depot import start_depot
from drydock.checks.lesson10.ferry import start_ferry
from drydock.checks.lesson10.lookout import start_lookout
from drydock.checks.lesson10.pier import start_pier

__all__ = [
    "CHATTY",
    "CRIER",
    "chatty",
    "crier",
    "depot",
    "ferry",
    "files",
    "lookout",
    "pier",
    "start_chatty",
    "start_crier",
    "start_depot",
    "start_ferry",
    "start_lookout",
    "start_pier",
]
