"""Repairs of the two services' network."""

from __future__ import annotations

from drydock.drills.cases.unknown_name.broken import BRIDGE, Broken


def joins_a_network(scene: Broken) -> None:
    """Both join a network that somebody made, while they run: the engine answers for names there."""
    network = scene.client.networks.create(scene.network)
    network.connect(scene.back)
    network.connect(scene.front)


def made_anew_there(scene: Broken) -> None:
    """The same containers once more, on that network alone."""
    scene.client.networks.create(scene.network)
    scene.serve_back(network=scene.network)
    scene.serve_front(network=scene.network)


def an_alias_there(scene: Broken) -> None:
    """The name as an alias, on a network that is closed to all others."""
    network = scene.client.networks.create(scene.network, internal=True)
    network.connect(scene.back, aliases=[scene.back])
    scene.serve_front(network=scene.network)


def _address(scene: Broken) -> str:
    networks = scene.client.containers.get(scene.back).attrs["NetworkSettings"]["Networks"]
    return str(networks[BRIDGE]["IPAddress"])


def its_address(scene: Broken) -> None:
    scene.serve_front(url=f"http://{_address(scene)}:{scene.port}")


def a_line_in_hosts(scene: Broken) -> None:
    scene.serve_front(extra_hosts={scene.back: _address(scene)})


def a_line_in_hosts_on_a_network(scene: Broken) -> None:
    """The network is right, and the line in /etc/hosts is asked first."""
    network = scene.client.networks.create(scene.network)
    network.connect(scene.back)
    networks = scene.client.containers.get(scene.back).attrs["NetworkSettings"]["Networks"]
    address = str(networks[scene.network]["IPAddress"])
    scene.serve_front(network=scene.network, extra_hosts={scene.back: address})


def a_link(scene: Broken) -> None:
    scene.serve_front(links={scene.back: scene.back})


def one_of_the_two(scene: Broken) -> None:
    scene.client.networks.create(scene.network).connect(scene.front)


REFERENCE = joins_a_network
OTHERS = (made_anew_there, an_alias_there)
SECOND = "whether it finds a second container of the other's name"
NEAR_MISSES = {
    "the address in the setting": (its_address, "its setting"),
    "a line in /etc/hosts": (a_line_in_hosts, SECOND),
    "a line in /etc/hosts, on a network": (a_line_in_hosts_on_a_network, SECOND),
    "a link": (a_link, SECOND),
    "only one of them on a network": (one_of_the_two, "what the service that asks answers"),
}
