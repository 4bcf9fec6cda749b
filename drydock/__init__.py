"""Drydock: learn Docker by running it. A lesson needs `connect`, `need`, `check`, `hint` and `clean`."""

from drydock.checks import check, hint
from drydock.cleaning import clean
from drydock.client import connect
from drydock.errors import DrydockError
from drydock.images import need
from drydock.waiting import wait_until

__all__ = ["DrydockError", "check", "clean", "connect", "hint", "need", "wait_until"]
