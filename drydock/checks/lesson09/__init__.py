"""Lesson 09, security."""

from drydock.checks.lesson09 import bomb, cashier, freight, harbour, locked, profile
from drydock.checks.lesson09.bomb import BOMB
from drydock.checks.lesson09.cashier import start_cashier
from drydock.checks.lesson09.freight import start_freight
from drydock.checks.lesson09.harbour import start_harbour
from drydock.checks.lesson09.locked import PILOT

__all__ = [
    "BOMB",
    "PILOT",
    "bomb",
    "cashier",
    "freight",
    "harbour",
    "locked",
    "profile",
    "start_cashier",
    "start_freight",
    "start_harbour",
]
