"""Tasks on names: who knows a container's name, and who shares one."""

from __future__ import annotations

import docker
from docker.models.containers import Container

from drydock.checks.lesson07.service import IMAGE, PORT, asked, expect_answer, from_network, listening, start
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.reach import CONNECT, PATIENCE, REACHED
from drydock.text import _

# Print the addresses that a name has, each once.
RESOLVE = """
import socket, sys
try: print(*sorted({found[4][0] for found in socket.getaddrinfo(sys.argv[1], 8000, socket.AF_INET)}))
except OSError: pass
"""


def start_buoy(client: docker.DockerClient) -> Container:
    """Start the service of task 07.1, on the default bridge."""
    return start(client, "dd-buoy")


@task("07.1", _("A name that is known"), hints=(
    _("On which network is dd-buoy now, and do containers on that one know each other by name?"),
    _("Names are known on networks that somebody made. A container can join one while it runs, and stay on its first network."),
    _('`net = client.networks.create("dd-harbour")`, `net.connect("dd-buoy")`, and `network="dd-harbour"` for dd-office.'),
))  # fmt: skip
def known_name(client: docker.DockerClient, see: See) -> None:
    buoy = see.container("dd-buoy", running=True)
    see.network("dd-harbour")
    office = see.container("dd-office", running=True)
    listening(see, buoy)
    url = f"http://dd-buoy:{PORT}"
    expect_answer(
        see,
        _("what a new container on dd-harbour hears from {url}").format(url=url),
        from_network(see, "dd-harbour", url),
        "buoy",
        _("A name is known to those who share a network with its owner. A line in one container's /etc/hosts tells nobody else."),
    )  # fmt: skip
    expect_answer(
        see,
        _("what dd-office hears from {url}").format(url=url),
        asked(see, office, url),
        "buoy",
        _("Is dd-office on the same network as dd-buoy, and does its image have Python?"),
    )


@task("07.3", _("Two for one name"), hints=(
    _("A container may have more names on a network than its own, and a name may have more than one owner."),
    _("The extra name is an alias. It belongs to the connection between a container and a network, not to the container."),
    _('`net.connect(container, aliases=["crane"])`, or `docker run --network dd-quay --network-alias crane …`, for both.'),
))  # fmt: skip
def shared_name(client: docker.DockerClient, see: See) -> None:
    see.network("dd-quay")
    cranes = [see.container(name, running=True) for name in ("dd-crane-1", "dd-crane-2")]
    owners = {
        crane.attrs["NetworkSettings"]["Networks"].get("dd-quay", {}).get("IPAddress"): str(crane.name)
        for crane in cranes
    }
    found = see.probe(IMAGE, ["python", "-c", RESOLVE, "crane"], network="dd-quay")[1].split()
    both, right = _("those of dd-crane-1 and dd-crane-2"), set(found) == owners.keys() and len(owners) == 2
    if not see.expect(
        _("addresses of the name crane on dd-quay"),
        expected=both,
        actual=both
        if right
        else ", ".join(owners.get(one, one) for one in found) or _("none: the name is unknown"),
        holds=right,
        hint=_("A container's own name is one name. An alias is another, and both must have it, on dd-quay."),
    ):
        return
    for crane in cranes:
        listening(see, crane)
    for address, name in owners.items():
        command = ["python", "-c", CONNECT, str(address), str(PORT), str(PATIENCE)]
        heard = see.probe(IMAGE, command, network="dd-quay")[1]
        see.expect(
            _("port {port} of {name}").format(port=PORT, name=name),
            expected=REACHED,
            actual=heard,
            holds=heard == REACHED,
            hint=_("A name leads to an address, whether or not somebody listens there. `python -m http.server` listens on port 8000."),
        )  # fmt: skip
