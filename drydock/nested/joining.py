"""Several daemons of their own, joined to a Swarm. The learner's engine takes no part in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from docker.errors import APIError
from docker.models.networks import Network

from drydock.client import LabellingClient
from drydock.nested.daemon import Nested
from drydock.nested.starting import start
from drydock.text import _
from drydock.waiting import wait_until

READY = 15.0  # s until nodes that are not ready count as failed
CONTINUES = "continue in the background"  # how dockerd ends its answer when it has waited its 20 s for a node


def swarm(client: LabellingClient, *names: str, network: Network) -> list[Nested]:
    """Start a daemon for each name, side by side on `network`, and join them; the first is the manager.

    Returns when each node is ready. Whatever was started is removed when it fails. Raises DrydockError.
    """
    with ThreadPoolExecutor(len(names)) as pool:
        begun = [pool.submit(partial(start, client, name, network=network.name)) for name in names]
    yards = [one.result() for one in begun if one.exception() is None]
    try:
        for one in begun:
            one.result()  # raises what the start of one has raised
        join(yards, str(network.name))
    except BaseException:
        for yard in yards:
            yard.remove()
        raise
    return yards


def join(yards: list[Nested], network: str) -> None:
    """Make the first daemon the manager of a new Swarm, and the others its workers."""
    manager, *workers = yards
    manager.client.swarm.init(advertise_addr=address(manager, network))
    token = manager.client.swarm.attrs["JoinTokens"]["Worker"]
    for worker in workers:
        enter(worker, address(manager, network), token, network)

    def ready() -> bool:
        states = [node.attrs["Status"]["State"] for node in manager.client.nodes.list()]
        return states == ["ready"] * len(yards)

    wait_until(ready, _("the nodes of the Swarm are ready"), READY)


def enter(worker: Nested, manager: str, token: str, network: str) -> None:
    """Let a daemon join the Swarm of the manager at an address, as `docker swarm join` does.

    Returns, too, where dockerd has waited 20 s, as it does on a slow computer: it goes on joining all the same.
    Raises APIError when it gives up. Source: Moby, daemon/cluster, ErrSwarmJoinTimeoutReached.
    """
    try:
        worker.client.swarm.join([manager], token, advertise_addr=address(worker, network))
    except APIError as error:
        if CONTINUES not in (error.explanation or ""):
            raise


def address(yard: Nested, network: str) -> str:
    """Return a daemon's address on a network of the learner's engine."""
    yard.container.reload()
    return str(yard.container.attrs["NetworkSettings"]["Networks"][network]["IPAddress"])
