"""Both pages are asked for on this machine, at the host's ports."""

from __future__ import annotations

from docker.models.containers import Container

from drydock.checks.see import See
from drydock.drills.asking import LOOPBACK, ask
from drydock.drills.cases.ports_reversed.broken import Broken
from drydock.text import _
from drydock.waiting import patient

STARTING = 3  # s that the service may need until it answers


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.service)
    wanted = dict(zip(scene.outside, scene.pages, strict=True))
    heard = patient(
        lambda: {port: ask(port)[1] for port in wanted}, STARTING, lambda answers: answers == wanted
    )
    see.require(
        _("what this machine hears at the two ports"),
        _listed(wanted),
        _listed(heard),
        heard == wanted,
        _("A port of the host that is refused is bound by nobody. Which ports of the host does the container have, and on which of its own does the program listen?"),
    )  # fmt: skip
    published = _published(found)
    others = sorted(port for port, _address in published if port not in wanted)
    see.expect(
        _("other ports of the host that the container has"),
        expected=_("none"),
        actual=", ".join(map(str, others)) or _("none"),
        holds=not others,
        hint=_(
            "What is published and not needed is one more door, and takes a port of the host from others."
        ),
    )
    addresses = sorted({address for _port, address in published})
    see.expect(
        _("addresses of the host at which it is published"),
        expected=LOOPBACK,
        actual=", ".join(addresses) or _("none"),
        holds=addresses == [LOOPBACK],
        hint=_("Without an address, a port is published on all that the host has, also on those that the neighbours know."),
    )  # fmt: skip


def _published(container: Container) -> set[tuple[int, str]]:
    """Return the host's ports that a container has, each with the host's address."""
    container.reload()
    return {
        (int(one["HostPort"]), one["HostIp"])
        for bindings in (container.ports or {}).values()
        for one in bindings or ()
    }


def _listed(answers: dict[int, str]) -> str:
    return "; ".join(f"{port}: {text}" for port, text in answers.items())
