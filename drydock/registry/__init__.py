"""A registry: what it has, and a way to send something there."""

from drydock.registry.api import Registry
from drydock.registry.pushing import push

__all__ = ["Registry", "push"]
