"""Lesson 13, Services, Ingress and Gateway."""

from drydock.checks.lesson13 import inlet, lamp, mooring, oars, sluice, winch
from drydock.checks.lesson13.controller import start_controller
from drydock.checks.lesson13.inlet import start_inlet
from drydock.checks.lesson13.lamp import start_lamp
from drydock.checks.lesson13.making import ANSWER
from drydock.checks.lesson13.mooring import start_mooring
from drydock.checks.lesson13.oars import start_oars
from drydock.checks.lesson13.sluice import start_sluice
from drydock.checks.lesson13.winch import start_winch

__all__ = [
    "ANSWER",
    "inlet",
    "lamp",
    "mooring",
    "oars",
    "sluice",
    "start_controller",
    "start_inlet",
    "start_lamp",
    "start_mooring",
    "start_oars",
    "start_sluice",
    "start_winch",
    "winch",
]
