"""The repair of a full disk, on a daemon of its own."""

from __future__ import annotations

import json
import re

import docker
from docker.models.containers import Container

from drydock import nested
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.client import LabellingClient
from drydock.nested import Nested
from drydock.nested.starting import STORE
from drydock.text import _
from drydock.waiting import wait_until

NAME, IMAGE, TALKER, VOLUME = "dd-bilge", "debian:trixie-slim", "dd-talker", "logbook"
# MiB: the disk, what must be free in the end, the most that a log may take, each rubbish, what is printed at the start,
# and what is then free at most.
DISK, FREE, LOG, JUNK, PRINTED, FULL = 180, 80, 5, 15, 28, 20
ENTRIES = ("1720 Rainbow", "1721 Sirius", "1722 Astrolabe")
PATIENCE = 5  # s that the daemon has to read the end of a log
LINE = "all is well on the quay, at sea, and in the office of the harbour"
TALK = ["sh", "-c", f"yes \"{LINE}\" | head -c {PRINTED}M; while sleep 1; do echo '{LINE}'; done"]
DIALS = {"k": 1000, "m": 1000**2, "g": 1000**3, "": 1}
# What the driver `local` does unasked. Source: Docker's manual, "Local file logging driver".
DEFAULTS = {"json-file": (float("inf"), 1), "local": (20.0 * DIALS["m"], 5)}


def start_bilge(client: LabellingClient) -> Nested:
    """Start the daemon of task 08.6, whose disk is a small one, and fill it."""
    bilge = fresh(client)
    fill(bilge)
    return bilge


def fresh(client: LabellingClient) -> Nested:
    """Start a daemon whose disk is a volume that is a tmpfs."""
    bilge = nested.start(client, NAME, disk={"type": "tmpfs", "device": "tmpfs", "o": f"size={DISK}m"})
    bilge.load(IMAGE)
    return bilge


def fill(bilge: Nested) -> None:
    """Leave behind what a year leaves behind: data, a long log, images without a name, a volume that nobody has."""
    own = bilge.client
    own.volumes.create(VOLUME)
    entries = " ".join(f"'{entry}'" for entry in ENTRIES)
    script = f"printf '%s\\n' {entries} > /v/entries; head -c {JUNK}M /dev/urandom | tee /cargo > /cache/data"
    # docker-py's own containers.run marks no volume as anonymous, so that no prune would take it.
    mounts = own.api.create_host_config(binds={VOLUME: {"bind": "/v", "mode": "rw"}})
    made = own.api.create_container(IMAGE, ["sh", "-c", script], volumes=["/cache"], host_config=mounts)
    left = own.containers.get(made["Id"])
    left.start()
    left.wait()
    left.commit()  # an image without a name
    left.remove()  # its volume stays
    own.containers.run(IMAGE, TALK, name=TALKER, init=True, detach=True)
    wait_until(lambda: free(bilge.container) < FULL, _("the disk is full"))


def free(bilge: Container) -> int:
    """Return what is free on the daemon's disk, in MiB."""
    output = bytes(bilge.exec_run(["df", "-m", "--output=avail", STORE]).output)  # type: ignore[arg-type]
    return int(output.split()[-1])


def most(settings: dict[str, object]) -> float:
    """Return how many bytes a container's log may take, from HostConfig.LogConfig; 0 when nothing is kept."""
    driver, options = str(settings.get("Type")), settings.get("Config") or {}
    assert isinstance(options, dict)
    size, files = DEFAULTS.get(driver, (0.0, 1))
    if found := re.fullmatch(r"(?i)(\d+(?:\.\d+)?) ?([kmg]?)i?b?", str(options.get("max-size", ""))):
        size = float(found[1]) * DIALS[found[2].lower()]
    count = str(options.get("max-file", files))
    return size * (int(count) if count.isdigit() else 1)


@task("08.6", _("Repair: the disk is full"), hints=(
    _("`docker system df` there shows images and volumes. Which file does it not show, and how large is it?"),
    _("Images without a name and volumes without a name can go. The log goes with its container, and the new one needs a limit. A volume with a name is not rubbish, even if no container has it."),
    _("`docker rm -f dd-talker`, `docker image prune -f`, `docker volume prune -f`, then `docker run -d --init --name dd-talker --log-opt max-size=1m --log-opt max-file=2 …`, each with `-H` and the address."),
))  # fmt: skip
def pumped_out(client: docker.DockerClient, see: See) -> None:
    bilge = see.container(NAME, running=True)
    _code, entries = see.exec(bilge, ["cat", f"{STORE}/volumes/{VOLUME}/_data/entries"])
    kept = entries.splitlines()
    if not see.expect(
        _("entries in the volume {name}").format(name=VOLUME),
        expected=", ".join(ENTRIES),
        actual=", ".join(ENTRIES) if kept == list(ENTRIES) else _("lost"),
        holds=kept == list(ENTRIES),
        hint=_("No container had the volume, and it had a name: somebody's data. With `--all`, or an API before 1.42, `volume prune` takes it. Begin again: `daemon.remove()`, then the cell above."),
    ):  # fmt: skip
        return
    code, text = see.exec(bilge, ["docker", "inspect", TALKER])
    found = json.loads(text)[0] if code == 0 else {}
    state = found.get("State", {}).get("Status", _("not there"))
    if not see.expect(
        _("state of {name}").format(name=TALKER),
        expected=_("running"),
        actual=state,
        holds=state == "running",
        hint=_("The service must run on. Its log goes with the container, so the container is made anew."),
    ):
        return
    size = most(found["HostConfig"]["LogConfig"])
    see.expect(
        _("the most that the log of {name} can take").format(name=TALKER),
        expected=_("{size} MiB or less").format(size=LOG),
        actual=_("no limit") if size == float("inf") else f"{size / 2**20:.1f} MiB",
        holds=size <= LOG * 2**20,
        hint=_("A log that was emptied grows again. A limit belongs to a container from its creation on, and the daemon's own default counts for new containers only."),
    )  # fmt: skip
    # Of a log file that was emptied under the daemon, Engine 26 reads for ever.
    _code, last = see.exec(bilge, ["timeout", str(PATIENCE), "docker", "logs", "--tail", "1", TALKER])
    see.expect(
        _("the last line that {name} has logged").format(name=TALKER),
        expected=LINE,
        actual=last or _("none"),
        holds=last.endswith(LINE),
        hint=_("Without any log the disk stays empty, and nobody knows what the service said. Rotate it."),
    )
    space, enough = free(bilge), _("{size} MiB or more").format(size=FREE)
    see.expect(
        _("free space on the disk of {name}").format(name=NAME),
        expected=enough,
        actual=enough if space >= FREE else _("{size} MiB").format(size=space),
        holds=space >= FREE,
        hint=_("What else is there that no container needs? Images without a name, and volumes without one: `docker system df -v`."),
    )  # fmt: skip
