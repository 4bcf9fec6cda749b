"""Which ports of this computer lead to the cluster: the same numbers as in it where they are free, else others."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from drydock.clusters import names

if TYPE_CHECKING:  # the kubectl command needs none of docker-py
    from docker.models.containers import Container

HOST = "127.0.0.1"
INSIDE = (names.API, *names.NODE_PORTS)
TAKEN = (
    "address already in use",
    "port is already allocated",
    "ports are not available",
)  # the engine's words


def choose() -> dict[int, int | None]:
    """Return a port here for each of the cluster's: its own number, else any that is free."""
    return {port: port if free(port) else None for port in INSIDE}


def free(port: int) -> bool:
    """Tell whether nobody listens on a port of this computer's loopback.

    The engine may be elsewhere, and someone may be faster: it has the last word.
    """
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was just left counts as free
        try:
            attempt.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """Return the number of a port that nobody listens on."""
    with socket.socket() as attempt:
        attempt.bind((HOST, 0))
        return int(attempt.getsockname()[1])


def bindings(chosen: Mapping[int, int | None]) -> dict[int | str, Any]:
    """Return what to publish, as docker-py takes it; a port that is None becomes one that is free.

    The engine is not asked to choose: one in a network of its own does not see what listens on this computer.
    """
    return {f"{inside}/tcp": (HOST, port or any_free()) for inside, port in chosen.items()}


def published(container: Container) -> dict[int, int]:
    """Return the ports of this computer that lead to the ports of a running container.

    Source: Docker Engine API, ContainerInspect, NetworkSettings.Ports.
    """
    container.reload()
    found = container.attrs["NetworkSettings"]["Ports"]
    return {int(inside.split("/")[0]): int(here[0]["HostPort"]) for inside, here in found.items() if here}
