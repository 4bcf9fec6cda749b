"""Tasks on walls: who cannot reach whom."""

from __future__ import annotations

import docker
from docker.models.containers import Container

from drydock.checks.lesson07.service import IMAGE, PORT, addresses, asked, expect_answer, listening, start
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.reach import CONNECT, REACHED
from drydock.text import _

DATABASE = 5432
SILENCE = "1"  # s without an answer that count as a wall
# Asks the kernel for a route to an address of nobody (RFC 5737); a datagram's connect() sends nothing.
ROUTE = """
import socket
try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.1", 9))
except OSError as error: print(error.strerror)
"""


def start_pier(client: docker.DockerClient) -> dict[str, Container]:
    """Start the three services of task 07.5, all on one network, and return them by name."""
    client.networks.create("dd-pier")
    behind = {"dd-web": {"BEHIND": f"http://dd-api:{PORT}"}, "dd-api": {"BEHIND": f"http://localhost:{DATABASE}"}, "dd-db": {"PORT": str(DATABASE)}}  # fmt: skip
    return {
        name: start(client, name, network="dd-pier", environment=environment)
        for name, environment in behind.items()
    }


@task("07.5", _("Repair and isolate: web, api, db"), hints=(
    _("What is `localhost` in dd-api? And who should share a network with whom?"),
    _("A container can be on two networks, and nothing is passed on between them. The one in the middle needs both. Its environment can't be changed: it must be made anew."),
    _('Two networks: dd-web and dd-api on the first, dd-api and dd-db on the second, nobody on dd-pier; and dd-api anew with `BEHIND="http://dd-db:5432"`.'),
))  # fmt: skip
def isolated(client: docker.DockerClient, see: See) -> None:
    web, api, db = (see.container(name, running=True) for name in ("dd-web", "dd-api", "dd-db"))
    for container in (web, api, db):
        listening(see, container)
    expect_answer(
        see,
        _("what dd-web answers"),
        asked(see, web, f"http://localhost:{PORT}"),
        "web > api > db",
        _("Each service says its name, and what it hears from the one behind it. Where does the chain break? `localhost` in a container is that container."),
    )  # fmt: skip
    for asker, other, port in ((web, db, DATABASE), (db, web, PORT)):
        heard = {
            place: _reach(see, asker, place, port) for place in [str(other.name), *addresses(see, other)]
        }
        ways = [place for place, answer in heard.items() if answer == REACHED]
        see.expect(
            _("{name}, asked from {asker} by name and by each address").format(name=other.name, asker=asker.name),
            expected=_("not reached"),
            actual=_("reached at {places}").format(places=", ".join(ways)) if ways else _("not reached"),
            holds=not ways,
            hint=_("Two containers that share a network, or a network namespace, reach each other. Is one of them still on a network too many?"),
        )  # fmt: skip


def _reach(see: See, asker: Container, place: str, port: int) -> str:
    return see.exec(asker, ["python", "-c", CONNECT, place, str(port), SILENCE])[1]


@task("07.6", _("No way out"), hints=(
    _("Which setting of a network leaves its containers without a default route?"),
    _("A network can be internal. What is on it still has its neighbours, but a second network would be a second way."),
    _('`client.networks.create("dd-cellar", internal=True)` (`docker network create --internal`), and dd-vault on it alone.'),
))  # fmt: skip
def no_way_out(client: docker.DockerClient, see: See) -> None:
    see.network("dd-cellar")
    vault = see.container("dd-vault", running=True)
    listening(see, vault)
    command = ["python", "-c", CONNECT, "dd-vault", str(PORT), SILENCE]
    heard = see.probe(IMAGE, command, network="dd-cellar")[1]
    see.expect(
        _("dd-vault, asked from a new container on dd-cellar"),
        expected=REACHED,
        actual=heard,
        holds=heard == REACHED,
        hint=_("It must be on dd-cellar, and something must listen on its port 8000. With `none` it has no neighbours either."),
    )  # fmt: skip
    _code, text = see.exec(vault, ["python", "-c", ROUTE])
    see.expect(
        _("route from dd-vault to an address outside"),
        expected="Network is unreachable",
        actual=text or _("there is one"),
        holds=text == "Network is unreachable",
        hint=_("Without names there are still addresses, and one network with a way out is enough. The check asks the kernel in dd-vault for a route to 192.0.2.1, and sends nothing."),
    )  # fmt: skip
