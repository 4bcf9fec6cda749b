"""The repair of a daemon that does not come back, around a container that must not notice."""

from __future__ import annotations

import docker
from docker.models.containers import Container

from drydock.checks.lesson02.basin import BASIN, FERRY, NOTE, STATE, answers
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _


@task("02.5", _("Repair: a daemon that does not come back"), hints=(
    _("What does the daemon say when it starts? And what has kept the ferry running so far?"),
    _("One value of daemon.json is not allowed. Mend that one alone: a daemon that starts without the other setting ends the ferry."),
    _('`basin.configure({"live-restore": True})`, which writes daemon.json and starts the daemon. If the ferry has ended, begin again: `basin.remove()`, then the cell above.'),
))  # fmt: skip
def comes_back(client: docker.DockerClient, see: See) -> None:
    basin = see.container(BASIN, running=True)
    if not answers(see, basin) or not _same(
        see, basin, _("the process and the state of {name}").format(name=FERRY)
    ):
        return
    _code, live = see.exec(basin, ["docker", "info", "--format", "{{.LiveRestoreEnabled}}"])
    if not see.expect(
        _("live-restore, as the daemon says"),
        expected=_("on"),
        actual=_("on") if live == "true" else _("off"),
        holds=live == "true",
        hint=_("The next restart would end the ferry: this setting is off unless you set it."),
    ):
        return
    basin.exec_run(["daemon", "restart"])
    if answers(see, basin):
        _same(see, basin, _("{name}, after the check has restarted the daemon").format(name=FERRY))


def _same(see: See, basin: Container, what: str) -> bool:
    """Record whether the ferry is the process that it was at the start, with its state; return it."""
    _code, noted = see.exec(basin, ["cat", NOTE])
    code, pid = see.exec(basin, ["docker", "inspect", "--format", "{{.State.Pid}}", FERRY])
    state = see.exec(basin, ["docker", "exec", FERRY, "cat", STATE])
    same, kept = code == 0 and pid == noted, state == (0, "42")
    process = (
        _("the same process") if same else _("it has ended") if pid in ("", "0") else _("another process")
    )
    found = process if not same or kept else _("the same process, without its state")
    return see.expect(
        what,
        expected=_("the same process"),
        actual=_("not there") if code else found,
        holds=same and kept,
        hint=_("A process that has ended does not come back, and its memory with it. Begin again: `basin.remove()`, then the cell above."),
    )  # fmt: skip
