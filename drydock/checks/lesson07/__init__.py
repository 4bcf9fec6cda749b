"""Lesson 07, networking."""

from drydock.checks.lesson07 import fleet, names, publish, service, walls
from drydock.checks.lesson07.fleet import attach_fleet, start_fleet
from drydock.checks.lesson07.names import start_buoy
from drydock.checks.lesson07.publish import start_lantern
from drydock.checks.lesson07.service import LOOKOUT
from drydock.checks.lesson07.walls import start_pier

__all__ = [
    "LOOKOUT",
    "attach_fleet",
    "fleet",
    "names",
    "publish",
    "service",
    "start_buoy",
    "start_fleet",
    "start_lantern",
    "start_pier",
    "walls",
]
