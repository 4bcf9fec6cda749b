"""The task on a copy of a volume that is one: with owners, modes, links and hidden files."""

from __future__ import annotations

import docker

from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

SOURCE, COPY, IMAGE, END = "dd-archive", "dd-archive-copy", "debian:trixie-slim", "== end =="
FILL = """cd /v && find . -mindepth 1 -delete && mkdir -p 1721/may && echo 'Rainbow, from Reval' > 1721/may/arrivals && echo 'Sirius, to Riga' > 1721/departures
ln -s 1721/may latest && echo 'do not read' > .seal && chmod 600 .seal && chmod 750 1721/may
chown -Rh 10001:10002 1721 latest && chown 10003:10003 .seal"""
# A line for each path: name, type, mode, owner, target of a link, checksum of a file. Source: find(1), -printf.
LIST = """cd {} && find . -printf '%p|%y|%m|%U:%G|%l|' \\( -type f -exec sh -c 'sha256sum < "$1"' - {} \\; -o -printf '\\n' \\) | sort"""
# What can differ, in the order in which it is looked at, and the likely reason.
PARTS = (
    (_("paths"), 0, _("`*` does not match a name that begins with a dot. And a folder that is copied as a whole comes in below its own name.")),
    (_("types"), 1, _("A link is a file of its own. Some ways to copy follow it, and copy what it points to.")),
    (_("contents"), 5, _("Compare the checksums: `sha256sum` on both sides.")),
    (_("targets of links"), 4, _("A link is a file of its own. Some ways to copy follow it, and copy what it points to.")),
    (_("owners, by number"), 3, _("Who copies becomes the owner, unless root asks for the old owner. Numbers count: a name may mean another number in another image.")),
    (_("modes"), 2, _("New files get the mode that the umask allows, unless the old one is asked for.")),
)  # fmt: skip


def start_archive(client: docker.DockerClient) -> str:
    """Make and fill the volume of task 08.2; return its name."""
    client.volumes.create(SOURCE)
    client.containers.run(IMAGE, ["sh", "-c", FILL], volumes={SOURCE: {"bind": "/v"}}, remove=True)
    return SOURCE


def listings(see: See) -> list[list[list[str]]]:
    """Return what start_archive makes, what is in its volume, and what in the copy: a row of fields for each path."""
    mounts = {name: {"bind": f"/{name}", "mode": "ro"} for name in (SOURCE, COPY)}
    script = f"mkdir /v && {FILL}"
    for folder in ("/v", *mounts):
        script += f"\n{LIST.replace('{}', f'/{folder}'.replace('//', '/'), 1)}; echo {END}"
    _code, text = see.probe(IMAGE, ["sh", "-c", script], volumes=mounts)
    return [[line.split("|") for line in part.splitlines() if line] for part in text.split(END)[:3]]


@task("08.2", _("In a terminal: a copy that is one"), hints=(
    _("Which container can see both volumes, or how does one send a volume's content to the other?"),
    _("An archiver keeps names, links, modes and owners, if it runs as root and is told so. A plain `cp -r` keeps less."),
    _("`docker run --rm -v dd-archive:/from:ro -v dd-archive-copy:/to debian:trixie-slim cp -a /from/. /to`, after `docker volume create --label dev.drydock.lesson=08 dd-archive-copy`."),
))  # fmt: skip
def copied(client: docker.DockerClient, see: See) -> None:
    see.volume(SOURCE)
    see.volume(COPY)
    wanted, source, found = listings(see)
    kept = source == wanted
    if not see.expect(
        _("content of the volume {name}").format(name=SOURCE),
        expected=_("as it was"),
        actual=_("as it was") if kept else _("changed"),
        holds=kept,
        hint=_("A backup only reads. Mount the source with `:ro`, and begin again with the cell above."),
    ):
        return
    for name, field, hint in PARTS:
        want, have = ([(row[0], row[field]) for row in rows if row[0] != "."] for rows in (wanted, found))
        differ = sorted({path for path, _value in set(want) ^ set(have)})
        if not see.expect(
            _("{what} in the volume {name}").format(what=name, name=COPY),
            expected=_("as in {name}").format(name=SOURCE),
            actual=_("as in {name}").format(name=SOURCE) if not differ else _("other: {paths}").format(paths=", ".join(differ)),
            holds=not differ,
            hint=hint,
        ):  # fmt: skip
            return
