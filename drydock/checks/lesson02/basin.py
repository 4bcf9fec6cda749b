"""The daemon of its own that two repairs are about, and the container in it."""

from __future__ import annotations

from docker.models.containers import Container

from drydock import nested
from drydock.checks.see import See
from drydock.client import LabellingClient
from drydock.errors import DrydockError
from drydock.nested import Nested, daemon
from drydock.text import _

BASIN, FERRY, IMAGE = "dd-basin", "dd-ferry", "debian:trixie-slim"
STATE, NOTE = "/state/passengers", "/run/ferry.pid"
BROKEN = {"live-restore": True, "log-level": "verbose"}


def start_basin(client: LabellingClient) -> Nested:
    """Start the broken daemon of task 02.5, and say how it went: it is down, and its container runs on."""
    basin = fresh(client)
    spoil(basin)
    return basin


def fresh(client: LabellingClient) -> Nested:
    """Start a daemon with live-restore, and in it a container that keeps its state in memory."""
    basin = nested.start(client, BASIN, {"live-restore": True})
    basin.load(IMAGE)
    board(basin)
    return basin


def board(basin: Nested) -> None:
    """Start the ferry, give it its state, and note its process's number for the check."""
    ferry = basin.client.containers.run(
        IMAGE, ["sleep", "1d"], name=FERRY, init=True, detach=True, tmpfs={"/state": "size=1m"}
    )
    ferry.exec_run(["sh", "-c", f"echo 42 > {STATE}"])
    ferry.reload()
    basin.container.exec_run(["sh", "-c", f"echo {ferry.attrs['State']['Pid']} > {NOTE}"])


def spoil(basin: Nested) -> None:
    """Do what the colleague did."""
    basin.stop()
    daemon.write(basin.container, BROKEN)
    try:
        basin.start()
    except DrydockError as error:
        print(error.state)


def answers(see: See, basin: Container) -> bool:
    """Record whether the daemon answers, and return it."""
    code, _text = see.exec(basin, ["docker", "version", "--format", "{{.Server.Version}}"])
    return see.expect(
        _("the daemon in {name}").format(name=BASIN),
        expected=_("answers"),
        actual=_("answers") if code == 0 else _("no answer"),
        holds=code == 0,
        hint=_("What does it say when it starts? `docker exec {name} daemon start` starts it, and shows the end of its log.").format(name=BASIN),
    )  # fmt: skip
