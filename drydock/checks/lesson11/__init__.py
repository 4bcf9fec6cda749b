"""Lesson 11, Pods."""

from drydock.checks.lesson11 import barge, derelict, gauge, rounds, sloop, tender
from drydock.checks.lesson11.barge import BARGE, LOADER, start_barge
from drydock.checks.lesson11.derelict import start_derelict
from drydock.checks.lesson11.gauge import GAUGE, start_gauge
from drydock.checks.lesson11.rounds import LAMP, ROUND, start_rounds
from drydock.checks.lesson11.tender import TENDER, start_tender

__all__ = [
    "BARGE",
    "GAUGE",
    "LAMP",
    "LOADER",
    "ROUND",
    "TENDER",
    "barge",
    "derelict",
    "gauge",
    "rounds",
    "sloop",
    "start_barge",
    "start_derelict",
    "start_gauge",
    "start_rounds",
    "start_tender",
    "tender",
]
