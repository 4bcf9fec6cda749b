"""The pictures of the lessons, drawn from what the engine said."""

from drydock.figures.density import density
from drydock.figures.edits import edit_seconds
from drydock.figures.layers import layer_sizes

__all__ = ["density", "edit_seconds", "layer_sizes"]
