"""Lesson 06, lifecycle and limits."""

from drydock.checks.lesson06 import crew, first, overbooked, states
from drydock.checks.lesson06.crew import start_crew
from drydock.checks.lesson06.first import BOARDING, NURSERY, start_boarding, start_nursery
from drydock.checks.lesson06.overbooked import OVERBOOKED, start_overbooked

__all__ = [
    "BOARDING",
    "NURSERY",
    "OVERBOOKED",
    "crew",
    "first",
    "overbooked",
    "start_boarding",
    "start_crew",
    "start_nursery",
    "start_overbooked",
    "states",
]
