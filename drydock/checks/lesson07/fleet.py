"""The task on an overlay network: one service on two engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import docker
from docker.errors import APIError
from docker.models.containers import Container

from drydock import nested
from drydock.checks.lesson07.service import IMAGE, PORT, STARTING
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.client import LabellingClient
from drydock.nested import Nested
from drydock.reach import REACHED
from drydock.text import _
from drydock.waiting import patient

FLAGSHIP, CONSORT, LAN = "dd-flagship", "dd-consort", "dd-fleet"
SERVICE, NETWORK = "dd-beacon", "dd-sea"
# Print each address that a name has, and whether a TCP connection gets there.
EACH = """
import socket, sys
try: places = sorted({found[4][0] for found in socket.getaddrinfo(sys.argv[1], 8000, socket.AF_INET)})
except OSError: places = []
for place in places:
    try: socket.create_connection((place, int(sys.argv[2])), 2).close(); print(place, "reached")
    except OSError as error: print(place, error)
"""


def start_fleet(client: LabellingClient) -> list[Nested]:
    """Start the two engines of task 07.7, as one Swarm, each with the image; the first is the manager."""
    fleet = form_fleet(client)
    load(fleet)
    return fleet


def form_fleet(client: LabellingClient) -> list[Nested]:
    """Start the two engines, and join them; they have no image yet."""
    return nested.swarm(client, FLAGSHIP, CONSORT, network=client.networks.create(LAN))


def load(fleet: list[Nested]) -> None:
    """Give each engine the image, side by side."""
    with ThreadPoolExecutor(len(fleet)) as pool:
        list(pool.map(lambda engine: engine.load(IMAGE), fleet))


def attach_fleet(client: docker.DockerClient) -> list[Nested]:
    """Return the two engines of task 07.7, which run already."""
    return [nested.attach(client, name) for name in (FLAGSHIP, CONSORT)]


@task("07.7", _("One service, two engines"), hints=(
    _("Which driver makes a network that reaches over several hosts, and who can make one?"),
    _("The manager makes it: `flagship.client` is docker-py on that engine. A service says how many copies there shall be, and the Swarm spreads them."),
    _('`flagship.client.networks.create("dd-sea", driver="overlay")`, then `flagship.client.services.create("python:3.13-slim", ["python", "-m", "http.server"], name="dd-beacon", networks=["dd-sea"], mode=docker.types.ServiceMode("replicated", 2))`.'),
))  # fmt: skip
def two_engines(client: docker.DockerClient, see: See) -> None:
    for name in (FLAGSHIP, CONSORT):
        see.container(name, running=True)
    fleet = attach_fleet(client)
    try:
        _look(see, fleet)
    finally:
        for engine in fleet:
            engine.close()


def _look(see: See, fleet: list[Nested]) -> None:
    manager = fleet[0].client
    networks = {network.name: network.attrs["Driver"] for network in manager.networks.list()}
    driver = networks.get(NETWORK)
    if not see.expect(
        _("driver of the network {network} on {engine}").format(network=NETWORK, engine=FLAGSHIP),
        expected="overlay",
        actual=driver or _("no such network"),
        holds=driver == "overlay",
        hint=_(
            "A bridge ends at its host. And is it the Swarm's manager that you asked, or your own engine?"
        ),
    ):
        return
    members = {engine.container.name: _members(engine) for engine in fleet}
    spread = ", ".join(f"{name}: {len(containers)}" for name, containers in members.items())
    if not see.expect(
        _("running containers of the service {service}").format(service=SERVICE),
        expected=_("one or more on each engine"),
        actual=spread,
        holds=all(members.values()),
        hint=_("The Swarm needs a moment; then `docker service ps` shows where each copy is, and why one does not run. One copy is on one engine."),
    ):  # fmt: skip
        return
    count = sum(map(len, members.values()))
    for name, (asker, *_others) in members.items():
        found = patient(
            partial(_asked, asker), STARTING, lambda heard: list(heard.values()) == [REACHED] * count
        )
        if see.expect(
            _("addresses of tasks.{service}, asked on {engine}").format(service=SERVICE, engine=name),
            expected=count,
            actual=len(found),
            holds=len(found) == count,
            hint=_("Names lead over engines on an overlay network that both sides are on. Is the service on {network}?").format(network=NETWORK),
        ):  # fmt: skip
            silent = [place for place, heard in found.items() if heard != REACHED]
            see.expect(
                _("port {port} at each address, asked on {engine}").format(port=PORT, engine=name),
                expected=_("all reached"),
                actual=_("silent: {places}").format(places=", ".join(silent)) if silent else _("all reached"),
                holds=not silent,
                hint=_("Does the program in each copy listen on port 8000?"),
            )


def _members(engine: Nested) -> list[Container]:
    """Return the service's running containers on one engine."""
    filters: dict[str, Any] = {"label": f"com.docker.swarm.service.name={SERVICE}", "status": "running"}
    return engine.client.containers.list(filters=filters, ignore_removed=True)


def _asked(container: Container) -> dict[str, str]:
    """Return the addresses that the service's copies have, as one of them sees it, each with what was heard there."""
    try:
        output = container.exec_run(["python", "-c", EACH, f"tasks.{SERVICE}", str(PORT)]).output
    except APIError:  # it has ended meanwhile
        return {}
    lines = bytes(output).decode(errors="replace").splitlines()  # type: ignore[arg-type]
    return dict(line.split(" ", 1) for line in lines if " " in line)
