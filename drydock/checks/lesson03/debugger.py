"""The task on a debugger in a container: it answers, and not to everybody."""

from __future__ import annotations

import docker

from drydock.checks.lesson03.harbour import answers
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.dap import Session
from drydock.errors import DrydockError
from drydock.text import _

PORT = "5678/tcp"
LOOPBACK = ("127.0.0.1", "::1")


@task("03.4", _("A debugger that answers"), hints=(
    _("There are two addresses: where debugpy listens in the container, and where the port is published outside. They are not the same."),
    _("Inside, listen on all addresses of the container. Outside, publish on the machine's own address. EXPOSE does neither."),
    _('`python -m debugpy --listen 0.0.0.0:5678 -m uvicorn app:app --host 0.0.0.0`, with `ports={"5678/tcp": ("127.0.0.1", None)}`.'),
))  # fmt: skip
def debugger(client: docker.DockerClient, see: See) -> None:
    theirs = see.container("dd-debug", running=True)
    bindings = theirs.ports.get(PORT) or []
    where = sorted({binding["HostIp"] for binding in bindings})
    safe = bool(where) and set(where) <= set(LOOPBACK)
    see.expect(
        _("addresses on which port 5678 is published"),
        expected=_("127.0.0.1 alone"),
        actual=", ".join(where) or _("not published"),
        holds=safe,
        hint=_("Who reaches a debug port can run any code. Without an address, a port is published on all of the machine's."),
    )  # fmt: skip
    if not bindings:
        return
    if not answers(see, theirs):
        return
    try:
        with Session(int(bindings[0]["HostPort"]), timeout=5) as session:
            able = session.request("initialize", adapterID="drydock", clientName="drydock")
        actual, holds = _("no capabilities"), bool(able)
    except DrydockError as error:
        actual, holds = error.what, False
    see.expect(
        _("answer to `initialize`, the first request of an editor"),
        expected=_("a debugger and its capabilities"),
        actual=_("a debugger and its capabilities") if holds else actual,
        holds=holds,
        hint=_("An open port is not yet a debugger: the engine opens what is published. On which address does debugpy listen? An editor that is attached must be detached first."),
    )  # fmt: skip
