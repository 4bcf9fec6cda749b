"""What is in each layer of an image: also what a later layer hides."""

from drydock.layers import files

__all__ = ["files"]
