"""Lesson 03, a Python development environment."""

from drydock.checks.lesson03 import context, debugger, hidden, live, report, watch
from drydock.checks.lesson03.context import start_context
from drydock.checks.lesson03.hidden import start_hidden

__all__ = ["context", "debugger", "hidden", "live", "report", "start_context", "start_hidden", "watch"]
