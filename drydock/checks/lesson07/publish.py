"""Tasks on published ports: where they are bound, and where the program behind them listens."""

from __future__ import annotations

import ipaddress
import re
import urllib.request
from http.client import HTTPException
from urllib.error import HTTPError

import docker
from docker.models.containers import Container

from drydock.checks.lesson07.service import IMAGE, LOOPBACK, PORT, expect_answer, listening, start
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.reach import CONNECT, GET, PATIENCE, REACHED
from drydock.text import _

INSIDE = re.compile(r"(\d+)/tcp")

Binding = tuple[int, str, int]  # the container's port, and the host's address and port


def bindings(container: Container) -> list[Binding]:
    """Return a container's published TCP ports."""
    return [
        (int(match[1]), binding["HostIp"], int(binding["HostPort"]))
        for port, published in container.ports.items()
        if (match := INSIDE.fullmatch(port))
        for binding in published or ()
    ]


@task("07.2", _("In a terminal: for this machine only"), hints=(
    _("A published port is bound to an address of the engine's host. Which one, if you don't say?"),
    _("Without an address it is all of them, 0.0.0.0. The address of the loopback belongs to the host alone."),
    _("`docker run -d --name dd-signal --label dev.drydock.lesson=07 -p 127.0.0.1::8000 python:3.13-slim python -m http.server`."),
))  # fmt: skip
def loopback_only(client: docker.DockerClient, see: See) -> None:
    signal = see.container("dd-signal", running=True)
    found = [binding for binding in bindings(signal) if binding[0] == PORT]
    if not see.expect(
        _("port {port} of dd-signal").format(port=PORT),
        expected=_("published"),
        actual=_("published") if found else _("not published"),
        holds=found,
        hint=_(
            "EXPOSE is a note, and publishes nothing. In `-p host:container` the second number is the container's."
        ),
    ):
        return
    listening(see, signal)
    answers = all(_answers(port) for _inside, address, port in found if ":" not in address)
    see.expect(
        _("asked at 127.0.0.1, from this notebook"),
        expected=REACHED,
        actual=REACHED if answers else _("no answer"),
        holds=answers,
        hint=_("Does the program in dd-signal listen on port 8000, and on 0.0.0.0 inside? Its log may say."),
    )
    gateways = [net["Gateway"] for net in signal.attrs["NetworkSettings"]["Networks"].values()]
    wider = [
        f"{address}:{port}"
        for _inside, address, port in found
        if not ipaddress.ip_address(address).is_loopback
    ]
    heard = [
        _host_reaches(see, gateway, port) for gateway in filter(None, gateways) for _i, _a, port in found
    ]
    elsewhere = wider or REACHED in heard
    see.expect(
        _("asked at another address of the engine's host"),
        expected=_("not reached"),
        actual=_("bound to {where}").format(where=", ".join(wider)) if wider else _("reached") if elsewhere else _("not reached"),
        holds=not elsewhere,
        hint=_("0.0.0.0 is every address that the host has, also the one that your neighbours know."),
    )  # fmt: skip


def _answers(port: int) -> bool:
    """Tell whether a web server answers: a mere connection may have reached docker-proxy, and nobody behind it."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=PATIENCE).close()
    except HTTPError:
        return True
    except (OSError, HTTPException):
        return False
    return True


def _host_reaches(see: See, address: str, port: int) -> str:
    command = ["python", "-c", CONNECT, address, str(port), str(PATIENCE)]
    return see.probe(IMAGE, command, network_mode="host")[1]


def start_lantern(client: docker.DockerClient) -> Container:
    """Start the broken service of task 07.4: it listens for itself alone, and another port is published."""
    return start(
        client, "dd-lantern", environment={"LISTEN": "127.0.0.1"}, ports={"80/tcp": ("127.0.0.1", None)}
    )


@task("07.4", _("Repair: nobody sees the lantern"), hints=(
    _("Two numbers and one address decide whether a request arrives. Which port does the program listen on, and for whom?"),
    _("127.0.0.1 in a container is that container's own loopback; what comes through a published port arrives at its other interface. And only the port that is published is forwarded."),
    _('A new container with `environment={"NAME": "lantern"}`, without LISTEN, and `ports={"8000/tcp": ("127.0.0.1", None)}`.'),
))  # fmt: skip
def lantern(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-lantern", running=True)
    served = listening(see, found)
    published = bindings(found)
    inside = sorted({port for port, _address, _port in published})
    if not see.expect(
        _("ports of dd-lantern that are published"),
        expected=_("those where a program listens: {ports}").format(ports=", ".join(map(str, sorted(served))) or _("none")),
        actual=", ".join(map(str, inside)) or _("none"),
        holds=inside and set(inside) <= set(served),
        hint=_("In `-p host:container` and in docker-py's `ports` it is the container's port that must be the program's."),
    ):  # fmt: skip
        return
    deaf = [port for port in inside if all(LOOPBACK.fullmatch(address) for address in served[port])]
    if not see.expect(
        _("address on which the program listens"),
        expected=_("not the loopback alone"),
        actual=_("the loopback alone") if deaf else _("not the loopback alone"),
        holds=not deaf,
        hint=_("What listens on 127.0.0.1 in a container answers that container only. How does the program choose the address?"),
    ):  # fmt: skip
        return
    for _inside, address, port in published:
        if ":" in address:
            continue
        at = "127.0.0.1" if address == "0.0.0.0" else address
        heard = see.probe(IMAGE, ["python", "-c", GET, f"http://{at}:{port}"], network_mode="host")[1]
        expect_answer(
            see,
            _("the answer at the published port"),
            heard,
            "lantern",
            _("The program of the task must still be what answers."),
        )
