"""A Docker daemon of its own, in a container of the learner's engine, and a way to speak to it.

The daemon listens on its Unix socket alone: it publishes no port. Its API is reached through `docker exec`
(tunnel.py), which works wherever the learner's engine does: here, in Docker Desktop's machine, or far away.
"""

from drydock.nested.daemon import Nested
from drydock.nested.joining import address, enter, swarm
from drydock.nested.starting import attach, start

__all__ = ["Nested", "address", "attach", "enter", "start", "swarm"]
