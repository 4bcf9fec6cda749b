"""The repair of a service that may not write to its own volume."""

from __future__ import annotations

import contextlib

import docker
from docker.models.containers import Container

from drydock.checks.lesson08.places import described, mount_at
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

NAME, VOLUME, IMAGE, BOOK = "dd-clerk", "dd-records", "debian:trixie-slim", "/records/book"
OLD = ("1720 Rainbow", "1721 Sirius", "1722 Astrolabe")
WATCHED = 5.0  # s in which a new entry must come; the program writes five a second
COMMAND = ["sh", "-c", f"while echo entry >> {BOOK}; do sleep 0.2; done"]


def start_clerk(client: docker.DockerClient) -> Container:
    """Start the broken service of task 08.3: its volume was filled by an earlier version, which ran as root."""
    client.volumes.create(VOLUME)
    mount = {VOLUME: {"bind": "/records"}}
    owned = "rm -f /records/book && chown 0:0 /records && chmod 755 /records"
    write = ["sh", "-c", f"{owned} && printf '%s\\n' '{OLD[0]}' '{OLD[1]}' '{OLD[2]}' > {BOOK}"]
    client.containers.run(IMAGE, write, volumes=mount, remove=True)
    clerk = client.containers.run(IMAGE, COMMAND, name=NAME, user="10001", volumes=mount, detach=True)
    clerk.wait()
    clerk.reload()
    return clerk


@task("08.3", _("Repair: permission denied"), hints=(
    _("Whose are the folder and the file in the volume, by number? And which number has the service?"),
    _("An owner in the image counts for an empty volume only. This one has entries: what must be done to them, once, and by whom?"),
    _("`docker run --rm -v dd-records:/records debian:trixie-slim chown -R 10001:10001 /records`, then `docker start dd-clerk`."),
))  # fmt: skip
def clerk(client: docker.DockerClient, see: See) -> None:
    found = see.container(NAME, running=True)
    number = see.exec(found, ["stat", "-c", "%u", "/proc/1"])[1]
    see.expect(
        _("user of the service's process"),
        expected=_("not 0"),
        actual=number,
        holds=number.isdigit() and number != "0",
        hint=_("Root may write everywhere, and so may whoever takes the service over. The file's owner can change, the service's user need not."),
    )  # fmt: skip
    mount = mount_at(found, BOOK)
    see.expect(
        _("what lies at /records"),
        expected=_("the volume {name}").format(name=VOLUME),
        actual=described(mount),
        holds=mount is not None and mount.get("Name") == VOLUME,
        hint=_("The old entries are in the volume. A container without it writes into its own layer."),
    )

    def entries() -> list[str]:
        return see.exec(found, ["cat", BOOK], user="0")[1].splitlines()

    kept = entries()[: len(OLD)]
    see.expect(
        _("the first entries of {book}").format(book=BOOK),
        expected=", ".join(OLD),
        actual=", ".join(kept) or _("lost"),
        holds=kept == list(OLD),
        hint=_(
            "A new volume has the right owner, and no entries. Begin again: `docker rm -f dd-clerk`, then the cell above."
        ),
    )
    before = len(entries())
    grown = False
    with contextlib.suppress(DrydockError):
        grown = wait_until(lambda: len(entries()) > before, "", WATCHED)
    see.expect(
        _("new entries within {seconds:.0f} s").format(seconds=WATCHED),
        expected=_("some"),
        actual=_("some") if grown else _("none"),
        holds=grown,
        hint=_("What does `docker logs dd-clerk` say? To add a line, a process needs the right to write the file; to make a file, the right to write the folder."),
    )  # fmt: skip
    modes = see.exec(found, ["stat", "-c", "%a", "/records", BOOK], user="0")[1].split()
    safe = bool(modes) and not any(int(mode[-1]) & 2 for mode in modes if mode.isdigit())
    see.expect(
        _("whether any other user may write there"),
        expected=_("no"),
        actual=_("no") if safe else _("yes: modes {modes}").format(modes=", ".join(modes) or "?"),
        holds=safe,
        hint=_("`777` gives the book to every process that ever gets the volume, whatever its number."),
    )
