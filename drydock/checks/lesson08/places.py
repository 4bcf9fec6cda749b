"""The task on the three places, and what lies at a path of a container."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docker
from docker.models.containers import Container

from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.engine import paths
from drydock.text import _

LARGEST = 16  # MiB
CHART = "Here be rocks: 55.60 N, 12.65 E\n"


def start_places(folder: Path) -> Path:
    """Make the folder `charts` of task 08.1, with a file in it; return it."""
    charts = folder / "charts"
    charts.mkdir(exist_ok=True)
    (charts / "reef").write_text(CHART)
    return charts


def mount_at(container: Container, path: str) -> dict[str, Any] | None:
    """Return the entry of a container's Mounts that a path lies in, the innermost one; None for the container's own layer."""
    inside = [mount for mount in container.attrs["Mounts"] if Path(path).is_relative_to(mount["Destination"])]
    return max(inside, key=lambda mount: len(mount["Destination"]), default=None)


def described(mount: dict[str, Any] | None) -> str:
    """Return a mount in words."""
    if mount is None:
        return _("the container's own layer")
    name = mount.get("Name", "")
    if mount["Type"] == "volume":
        return _("an anonymous volume") if len(name) == 64 else _("the volume {name}").format(name=name)
    return _("a {kind} mount").format(kind=mount["Type"])


@task("08.1", _("Three places"), hints=(
    _("Which of the three outlives the container, which is yours to edit, which is memory? And which of them may the container only read?"),
    _("A volume is made with a name, a bind mount takes a whole path and can have the mode `ro`, a tmpfs takes a size."),
    _('`volumes={"dd-hold": {"bind": "/hold"}, str(charts): {"bind": "/charts", "mode": "ro"}}, tmpfs={"/scratch": "size=16m"}`, after `client.volumes.create("dd-hold")`.'),
))  # fmt: skip
def three_places(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-places", running=True)
    see.volume("dd-hold")
    hold = mount_at(found, "/hold/data")
    see.expect(
        _("what lies at /hold"),
        expected=_("the volume {name}").format(name="dd-hold"),
        actual=described(hold),
        holds=hold is not None and hold.get("Name") == "dd-hold",
        hint=_("`-v /hold` with one path only makes an anonymous volume, and a path before the colon makes a bind mount."),
    )  # fmt: skip
    _code, seen = see.exec(found, ["cat", "/charts/reef"])
    yours = paths.work() / "exercise-08" / "charts" / "reef"
    text = yours.read_text().rstrip() if yours.exists() else CHART.rstrip()
    see.expect(
        _("the file /charts/reef in the container"),
        expected=text,
        actual=seen,
        holds=seen == text,
        hint=_("A bind mount names a folder of the engine's machine, by its whole path. With a wrong path `-v` makes an empty folder there."),
    )  # fmt: skip
    refused = see.exec(found, ["test", "-w", "/charts"], user="0")[0] != 0
    see.expect(
        _("whether root in the container can write to /charts"),
        expected=_("no"),
        actual=_("no") if refused else _("yes"),
        holds=refused,
        hint=_("File modes do not hold root back, and other users only as long as they are not root. The mount itself can be read-only."),
    )  # fmt: skip
    _code, text = see.exec(found, ["stat", "-f", "-c", "%T %b %S", "/scratch"])
    kind, blocks, block = text.split() if len(text.split()) == 3 else (text, "", "")
    if see.expect(
        _("type of the file system at /scratch"),
        expected="tmpfs",
        actual=kind,
        holds=kind == "tmpfs",
        hint=_("A folder in the layer or in a volume lies on the engine's disk, and keeps what is in it."),
    ):
        size = int(blocks) * int(block) / 2**20 if blocks.isdigit() and block.isdigit() else float("inf")
        see.expect(
            _("size of /scratch"),
            expected=_("{size} MiB or less").format(size=LARGEST),
            actual=_("{size} MiB").format(size=f"{size:.0f}"),
            holds=size <= LARGEST,
            hint=_("Without a size a tmpfs may take half of the machine's memory."),
        )
