"""Images, from the first place that has them."""

from drydock.images.bundle import load, save
from drydock.images.supply import need

__all__ = ["load", "need", "save"]
