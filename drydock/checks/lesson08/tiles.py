"""The task on copy-on-write: a start that copies a file of the image into every container."""

from __future__ import annotations

import contextlib
from pathlib import Path

import docker
from docker.errors import APIError

from drydock import layers
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until
from drydock.workcopy import hand_out

IMAGE, BASE, FILE, USER, LOG = "dd-tiles", "debian:trixie-slim", "/srv/tiles/map", "10001", "/srv/tiles/log"
MB, SIZE, LAYER = 10**6, 16_777_216, 1
STARTED = 10.0  # s until the program has written its first line
DOCKERFILE = f"""\
FROM {BASE}
RUN mkdir /srv/tiles && head -c 16M /dev/urandom > {FILE}
COPY start /usr/local/bin/
CMD ["start"]
"""
START = f"""\
#!/bin/sh
# The map belongs to the service, and the service is not root.
chown -R {USER}:{USER} /srv/tiles
exec setpriv --reuid {USER} --regid {USER} --clear-groups sh -c 'echo started >> {LOG} && exec sleep 1d'
"""


def start_tiles(folder: Path) -> Path:
    """Write the Dockerfile and the start script of task 08.5 into a folder `tiles`; files that were changed move aside."""
    tiles = folder / "tiles"
    tiles.mkdir(exist_ok=True)
    for name, text, mode in (("Dockerfile", DOCKERFILE, 0o644), ("start", START, 0o755)):
        file = tiles / name
        hand_out(file, text)
        file.chmod(mode)
    return tiles


@task("08.5", _("Sixteen megabytes a container"), hints=(
    _("Which line writes to the large file, if only to its owner? And where does that write land?"),
    _("The owner can be right in the image already. But a later line of the Dockerfile that changes it copies the file into one more layer."),
    _("`chown` in the same `RUN` that makes the file, `USER 10001` in the Dockerfile, and a start script without `chown` and `setpriv`."),
))  # fmt: skip
def tiles(client: docker.DockerClient, see: See) -> None:
    image = see.image(IMAGE)
    with see.started(IMAGE) as probe:
        with contextlib.suppress(DrydockError, APIError):  # nothing written, or ended already: seen below
            wait_until(lambda: probe.exec_run(["test", "-s", LOG]).exit_code == 0, "", STARTED)
        probe.reload()
        if not see.expect(
            _("a container of the check's own from {image}").format(image=IMAGE),
            expected=_("running"),
            actual=_("{state}, and says: {text}").format(state=probe.status, text=probe.logs(tail=1).decode(errors="replace").strip())
            if probe.status != "running" else _("running"),
            holds=probe.status == "running",
            hint=_("The service writes into the folder of its map when it starts, and must be allowed to."),
        ):  # fmt: skip
            return
        _code, text = see.exec(probe, ["stat", "-c", "%u %s", "/proc/1", FILE, LOG], user="0")
        facts = [line.split() for line in text.splitlines()]
        owners = [fact[0] for fact in facts]
        if not see.expect(
            _("owners of the service's process, of the map and of the log"),
            expected=f"{USER}, {USER}, {USER}",
            actual=", ".join(owners),
            holds=owners == [USER] * 3 and facts[1][1] == str(SIZE),
            hint=_("All three are the service's: it runs as {user}, edits its map, and writes its log.").format(user=USER),
        ):  # fmt: skip
            return
        written = client.api.containers(size=True, filters={"id": probe.id})[0].get("SizeRw") or 0
        see.expect(
            _("what the container has in its writable layer"),
            expected=_("under {size} MB").format(size=LAYER),
            actual=_("{size:.1f} MB").format(size=written / MB),
            holds=written < LAYER * MB,
            hint=_("An owner is written into the file. The first change of a file of the image copies all of it, in each container."),
        )  # fmt: skip
    hidden = sum(layer.hidden for layer in layers.read(image))
    see.expect(
        _("what is in the image and no container sees, as a later layer hides it"),
        expected=_("under {size} MB").format(size=LAYER),
        actual=_("{size:.1f} MB").format(size=hidden / MB),
        holds=hidden < LAYER * MB,
        hint=_("Layers are only added. A line of the Dockerfile that changes the file of an earlier line puts a second copy into the image."),
    )  # fmt: skip
