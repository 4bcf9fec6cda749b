"""The service writes again: as whom, where, what has become of the earlier entries, and who else may write there."""

from __future__ import annotations

from docker.models.containers import Container

from drydock.checks.lesson08.places import described, mount_at
from drydock.checks.see import See
from drydock.drills.cases.permission_denied_on_mount.broken import Broken
from drydock.text import _
from drydock.waiting import patient

STARTING = 3  # s that the program gets to start
WATCHED = 3  # s in which a new entry must come; the program writes two a second


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.app, running=True)
    users = patient(lambda: _users(see, found), STARTING)
    see.expect(
        _("user number of the service's process"),
        expected=_("not 0"),
        actual=", ".join(users) or _("there is no such process"),
        holds=users and "0" not in users,
        hint=_("Root may write everywhere, and so may whoever takes the service over. The files can change their owner; the service was given another user on purpose."),
    )  # fmt: skip
    mount = mount_at(found, f"{scene.data}/{scene.book}")
    see.expect(
        _("what lies at the service's folder"),
        expected=_("the volume {name}").format(name=scene.volume),
        actual=described(mount),
        holds=mount is not None and mount.get("Name") == scene.volume,
        hint=_(
            "The backup knows that volume and no other, and what is in no volume goes with the container."
        ),
    )
    kept = _entries(scene, see, found)[: len(scene.entries)]
    see.expect(
        _("the first entries of the book"),
        expected="; ".join(scene.entries),
        actual="; ".join(kept) or _("none"),
        holds=kept == list(scene.entries),
        hint=_("An empty volume has no wrong owners, and no entries. These are lost: start the drill anew."),
    )
    _look_on(scene, see, found)


def _look_on(scene: Broken, see: See, found: Container) -> None:
    """Record whether the service writes, and who else may."""
    before = len(_entries(scene, see, found))
    grown = patient(lambda: len(_entries(scene, see, found)) > before, WATCHED)
    see.expect(
        _("new entries within {seconds} s").format(seconds=WATCHED),
        expected=_("some"),
        actual=_("some") if grown else _("none"),
        holds=grown,
        hint=_("Which path does the service's log name now? To add a line, a process needs the right to write to the file; to make a file, the right to write to the folder."),
    )  # fmt: skip
    paths = [scene.data, f"{scene.data}/{scene.book}"]
    modes = see.exec(found, ["stat", "-c", "%a", *paths], user="0")[1].split()
    closed = bool(modes) and all(mode.isdigit() and not int(mode[-1]) & 2 for mode in modes)
    see.expect(
        _("whether any other user may write there"),
        expected=_("no"),
        actual=_("no") if closed else _("yes: modes {modes}").format(modes=", ".join(modes)),
        holds=closed,
        hint=_("`777` and `666` give folder and book to each process that ever gets the volume, whatever its number."),
    )  # fmt: skip


def _entries(scene: Broken, see: See, container: Container) -> list[str]:
    """Return the lines of the book, by root: the service itself may not be allowed to read them."""
    code, text = see.exec(container, ["cat", f"{scene.data}/{scene.book}"], user="0")
    return text.splitlines() if code == 0 else []


def _users(see: See, container: Container) -> list[str]:
    """Return the effective user numbers of a container's Python processes."""
    text = see.exec(container, ["sh", "-c", "cat /proc/[0-9]*/status"], user="0")[1]
    lines = [line.split() for line in text.splitlines()]
    names = [line[1] for line in lines if line[:1] == ["Name:"]]
    users = [line[2] for line in lines if line[:1] == ["Uid:"]]
    both = zip(names, users, strict=False)  # a process may end while it is read
    return sorted({user for name, user in both if name.startswith("python")})
