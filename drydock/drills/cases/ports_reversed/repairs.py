"""Repairs of the service with a port that is refused."""

from __future__ import annotations

from drydock.drills.cases.ports_reversed.broken import Broken


def the_right_way_round(scene: Broken) -> None:
    """Each of the host's ports leads to the port on which the program listens in the container."""
    scene.serve(dict(zip(scene.outside, scene.inside, strict=True)))


def the_same_number_on_both_sides(scene: Broken) -> None:
    """The program listens on the numbers that the proxy asks for, and these are published as they are."""
    scene.serve({port: port for port in scene.outside}, listening=scene.outside)


def both_ways_round(scene: Broken) -> None:
    scene.serve({**scene.right, **scene.mixed_up})


def on_each_address(scene: Broken) -> None:
    scene.serve(scene.right, at="0.0.0.0")


def only_the_reported_one(scene: Broken) -> None:
    port = scene.outside[scene.wrong]
    scene.serve({port: scene.right[port]})


def in_the_hosts_network(scene: Broken) -> None:
    scene.serve({}, network_mode="host")


def started_again(scene: Broken) -> None:
    scene.serve(scene.mixed_up, restart_policy={"Name": "always"})


HEARD = "what this machine hears at the two ports"
REFERENCE = the_right_way_round
OTHERS = (the_same_number_on_both_sides,)
NEAR_MISSES = {
    "both ways round": (both_ways_round, "other ports of the host that the container has"),
    "published for everybody": (on_each_address, "addresses of the host at which it is published"),
    "the other page is lost": (only_the_reported_one, HEARD),
    "the host's network": (in_the_hosts_network, HEARD),
    "a restart policy": (started_again, HEARD),
}
