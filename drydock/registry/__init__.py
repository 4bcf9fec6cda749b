"""A registry: what it has, what it needs, and a way to send something there."""

from drydock.registry.api import Registry
from drydock.registry.pushing import push
from drydock.registry.serving import KEYS, SETTINGS

__all__ = ["KEYS", "SETTINGS", "Registry", "push"]
