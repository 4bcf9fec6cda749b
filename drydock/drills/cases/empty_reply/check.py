"""The service is asked as the colleague asks it: at its published port, on this machine."""

from __future__ import annotations

from docker.models.containers import Container

from drydock.checks.see import See
from drydock.drills.asking import LOOPBACK, ask
from drydock.drills.cases.empty_reply.broken import Broken
from drydock.text import _
from drydock.waiting import patient

STARTING = 3  # s that the service may need until it answers


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.service)
    asked_for = found.attrs["HostConfig"]["PortBindings"] or {}
    at = sorted({one["HostIp"] or "0.0.0.0" for bindings in asked_for.values() for one in bindings or ()})
    see.require(
        _("addresses of the host at which the service is published"),
        LOOPBACK,
        ", ".join(at) or _("none"),
        at == [LOOPBACK],
        _("The host's address in `-p` decides who may ask from outside. It is not what the program in the container listens on."),
    )  # fmt: skip
    wanted = _("{status}: {text}").format(status=200, text=scene.motto)
    heard = patient(lambda: _heard(found, wanted), STARTING, lambda text: text == wanted)
    see.expect(
        _("what this machine hears at the published port"),
        expected=wanted,
        actual=heard,
        holds=heard == wanted,
        hint=_("A connection that opens, and brings nothing, was taken by the engine, which found nobody behind the port. Whose requests does the program listen for? Its log says."),
    )  # fmt: skip


def _heard(container: Container, wanted: str) -> str:
    """Return what a request to a published port brings: what is wanted, if one brings that."""
    container.reload()
    ports = [int(one["HostPort"]) for bindings in (container.ports or {}).values() for one in bindings or ()]
    answers = [_answer(port) for port in ports]
    if not answers:
        return _("nothing: the container is {status}").format(status=container.status)
    return wanted if wanted in answers else answers[0]


def _answer(port: int) -> str:
    """Return a status and a text, or how the request fails."""
    status, text = ask(port)
    return text if status is None else _("{status}: {text}").format(status=status, text=text)
