"""Repairs of the service that nobody outside hears."""

from __future__ import annotations

from drydock.drills.asking import LOOPBACK
from drydock.drills.cases.empty_reply.broken import Broken


def on_all_its_addresses(scene: Broken) -> None:
    """The program listens on each address of its container; the port stays published on the host's 127.0.0.1 alone."""
    scene.serve("0.0.0.0")


def on_its_own_name(scene: Broken) -> None:
    """The container's name leads to the address of its eth0, where the request arrives."""
    scene.serve("pier", hostname="pier")


def published_for_all(scene: Broken) -> None:
    scene.serve(LOOPBACK, at="0.0.0.0")


def on_localhost(scene: Broken) -> None:
    scene.serve("localhost")


def started_again(scene: Broken) -> None:
    scene.serve(LOOPBACK, restart_policy={"Name": "always"})


def in_the_hosts_network(scene: Broken) -> None:
    scene.serve(LOOPBACK, network_mode="host")


ADDRESSES = "addresses of the host at which the service is published"
HEARD = "what this machine hears at the published port"
REFERENCE = on_all_its_addresses
OTHERS = (on_its_own_name,)
NEAR_MISSES = {
    "published for everybody": (published_for_all, ADDRESSES),
    "the host's network": (in_the_hosts_network, ADDRESSES),
    "localhost, by name": (on_localhost, HEARD),
    "a restart policy": (started_again, HEARD),
}
