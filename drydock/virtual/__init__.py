"""An image as a virtual machine, to compare: the same files that a container gets, under a kernel of their own."""

from drydock.virtual.running import Witness, as_machine, compare

__all__ = ["Witness", "as_machine", "compare"]
