"""What must be kept is there, the work goes on, no log can grow without end, and what has no name is gone."""

from __future__ import annotations

from functools import partial

from docker.errors import APIError, ImageNotFound
from docker.models.containers import Container

from drydock.checks.lesson08.bilge import most
from drydock.checks.see import See
from drydock.drills.cases.disk_full_of_logs.broken import IMAGE, JOURNAL, Broken
from drydock.drills.scene import DRILL
from drydock.removing import images_with
from drydock.text import _
from drydock.waiting import patient

LIMIT = 5  # MB that a log may take
# The journal's first line; then its number of lines, twice, with up to 5 s between.
LOOK = """\
head -n 1 {file}
n=$(wc -l < {file}); m=$n
for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.5; m=$(wc -l < {file}); [ "$m" = "$n" ] || break; done
echo "$n $m"
"""


def check(scene: Broken, see: See) -> None:
    services = [see.container(name, running=True) for name in (scene.chatty, scene.quiet)]
    there = _has(see, scene.kept)
    see.require(
        _("the image to which one can go back"),
        _("there"),
        _("there") if there else _("not there"),
        there,
        _("No container used it, and it had a name: somebody wants it. `prune --all` takes such images, too."),
    )  # fmt: skip
    _goes_on(scene, see)
    endless = sorted(
        str(container.name)
        for container in see.client.containers.list(all=True, ignore_removed=True)
        if str(container.name).startswith(scene.prefix) or container.labels.get(DRILL) == scene.prefix
        if most(container.attrs["HostConfig"]["LogConfig"]) > LIMIT * 1_000_000
    )
    see.require(
        _("containers of the set-up whose log can grow past {limit} MB").format(limit=LIMIT),
        _("none"),
        ", ".join(endless) or _("none"),
        not endless,
        _("What is said once can be said again. A limit belongs to a container from its creation on, and a log stays as long as its container."),
    )  # fmt: skip
    mute = [str(service.name) for service in services if not patient(partial(_said, service), 5)]
    see.require(
        _("services whose log shows their newest entries"),
        _("both"),
        _("not {names}").format(names=", ".join(mute)) if mute else _("both"),
        not mute,
        _("Without any log the disk stays empty, and nobody knows what the service said."),
    )
    labelled = images_with(see.client, {"label": [f"{DRILL}={scene.prefix}"]})
    left = [image for image in labelled if scene.kept not in (image.get("RepoTags") or [])]
    see.expect(
        _("images of the set-up besides the one that is kept"),
        expected=_("none"),
        actual=len(left) or _("none"),
        holds=not left,
        hint=_("What earlier builds have left has no name, and takes space until somebody removes it."),
    )


def _has(see: See, image: str) -> bool:
    try:
        see.client.images.get(image)
    except ImageNotFound:
        return False
    return True


def _goes_on(scene: Broken, see: See) -> None:
    """See that the journal in the volume has its first entry, and gets more."""
    see.volume(scene.volume)
    script = LOOK.format(file=f"{JOURNAL}/{scene.words[0]}")
    mount = {scene.volume: {"bind": JOURNAL, "mode": "ro"}}
    _code, text = see.probe(IMAGE, ["sh", "-c", script], volumes=mount)
    lines = text.splitlines() or [""]
    first, counts = lines[0], lines[-1].split()
    see.require(
        _("the first entry of the journal"),
        scene.first,
        scene.first if first == scene.first else _("another, or none"),
        first == scene.first,
        _("The journal is data, in a volume with a name. What frees space must leave it alone, and the new container must have it."),
    )  # fmt: skip
    grows = len(counts) == 2 and counts[0] != counts[1]
    see.require(
        _("entries in the journal"),
        _("become more"),
        _("become more") if grows else _("stay as they are"),
        grows,
        _("The service must go on with its work: the same program, with the same variables, and the same volume."),
    )  # fmt: skip


def _said(service: Container) -> bool:
    """Tell whether the end of a service's log can be read, and is the program's."""
    try:
        return b"is written" in service.logs(tail=5)
    except APIError:  # a driver that keeps nothing
        return False
