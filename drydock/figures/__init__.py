"""The pictures of the lessons, drawn from what the engine said."""

from drydock.figures.density import density
from drydock.figures.inside import inside
from drydock.figures.layers import layer_sizes

__all__ = ["density", "inside", "layer_sizes"]
