"""Repairs of the app's setting."""

from __future__ import annotations

from drydock.drills.cases.database_on_localhost.broken import Broken


def by_its_name(scene: Broken) -> None:
    """The app made anew, with the database's name in its setting: both are on one network that knows names."""
    scene.serve(scene.database)


def by_an_alias(scene: Broken) -> None:
    """A second name, which belongs to the database's place on the network, whichever container has it."""
    network = scene.client.networks.get(scene.network)
    network.disconnect(scene.database)
    network.connect(scene.database, aliases=["database"])
    scene.serve("database")


def on_another_network(scene: Broken) -> None:
    """A network for the two alone, which the database joins while it runs."""
    network = scene.client.networks.create(scene.name("behind"), internal=True)
    network.connect(scene.database)
    scene.serve(scene.database, network=scene.name("behind"))


def _address(scene: Broken) -> str:
    networks = scene.client.containers.get(scene.database).attrs["NetworkSettings"]["Networks"]
    return str(networks[scene.network]["IPAddress"])


def a_second_database(scene: Broken) -> None:
    """The app's localhost gets a database of its own, with a copy of today's value."""
    scene.serve_database(scene.name("copy"), network_mode=f"container:{scene.app}")


def its_address(scene: Broken) -> None:
    scene.serve(_address(scene))


def a_line_in_hosts(scene: Broken) -> None:
    scene.serve("database", extra_hosts={"database": _address(scene)})


def in_its_network_namespace(scene: Broken) -> None:
    scene.serve(scene.here, network_mode=f"container:{scene.database}")


def a_published_port(scene: Broken) -> None:
    scene.serve_database(network=scene.network, ports={"6379/tcp": ("127.0.0.1", None)})


REFERENCE = by_its_name
OTHERS = (by_an_alias, on_another_network)
NEAR_MISSES = {
    "a second database": (a_second_database, "whether it has that from the database of the story"),
    "the address in the setting": (its_address, "its setting"),
    "a line in /etc/hosts": (a_line_in_hosts, "its setting"),
    "the database's network namespace": (in_its_network_namespace, "its setting"),
    "the database's port, published": (a_published_port, "what the app answers"),
}
