"""Lesson 12, Deployments."""

from drydock.checks.lesson12 import ferry, lighthouse, pier, pilots, tide, tugs
from drydock.checks.lesson12.ferry import FERRY, start_ferry
from drydock.checks.lesson12.lighthouse import start_lighthouse
from drydock.checks.lesson12.making import IDLE
from drydock.checks.lesson12.pier import start_pier
from drydock.checks.lesson12.pilots import start_pilots
from drydock.checks.lesson12.tide import TIDE, start_tide

__all__ = [
    "FERRY",
    "IDLE",
    "TIDE",
    "ferry",
    "lighthouse",
    "pier",
    "pilots",
    "start_ferry",
    "start_lighthouse",
    "start_pier",
    "start_pilots",
    "start_tide",
    "tide",
    "tugs",
]
