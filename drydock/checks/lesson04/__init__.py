"""Lesson 04, Dockerfile best practices."""

from drydock.checks.lesson04 import health, images, release, service
from drydock.checks.lesson04.release import start_release

__all__ = ["health", "images", "release", "service", "start_release"]
