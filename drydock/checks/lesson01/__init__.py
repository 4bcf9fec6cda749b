"""Lesson 01, containers and virtual machines."""

from drydock.checks.lesson01 import containers, limits
from drydock.checks.lesson01.limits import start_tight

__all__ = ["containers", "limits", "start_tight"]
