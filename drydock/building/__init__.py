"""Builds with BuildKit, through the real `docker buildx build`: which steps ran, and why one failed."""

from drydock.building.log import Failure, Step
from drydock.building.run import Build, build, run

__all__ = ["Build", "Failure", "Step", "build", "run"]
