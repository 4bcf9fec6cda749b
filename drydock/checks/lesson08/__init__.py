"""Lesson 08, storage."""

from drydock.checks.lesson08 import archive, bilge, clerk, places, register, tiles
from drydock.checks.lesson08.archive import start_archive
from drydock.checks.lesson08.bilge import start_bilge
from drydock.checks.lesson08.clerk import start_clerk
from drydock.checks.lesson08.places import start_places
from drydock.checks.lesson08.register import start_register
from drydock.checks.lesson08.tiles import start_tiles

__all__ = [
    "archive",
    "bilge",
    "clerk",
    "places",
    "register",
    "start_archive",
    "start_bilge",
    "start_clerk",
    "start_places",
    "start_register",
    "start_tiles",
    "tiles",
]
