"""Lesson 05, multi-stage builds and BuildKit."""

from drydock.checks.lesson05 import locked, platforms, secret, stages, wheels
from drydock.checks.lesson05.secret import start_chart
from drydock.checks.lesson05.stages import start_crew

__all__ = ["locked", "platforms", "secret", "stages", "start_chart", "start_crew", "wheels"]
