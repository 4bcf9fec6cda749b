"""The repair of a database whose rows go with the next update."""

from __future__ import annotations

import contextlib
from typing import Any

import docker
from docker.models.containers import Container

from drydock.checks.lesson08.places import described, mount_at
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

NAME, VOLUME, IMAGE = "dd-registrar", "dd-register", "postgres:17"
ROWS = ("1720 Rainbow", "1721 Sirius", "1722 Astrolabe")
PATIENCE = 20.0  # s that the database has to answer
PSQL = ["psql", "-U", "postgres", "-qAtc"]
READY = ["pg_isready", "-h", "127.0.0.1", "-U", "postgres"]
# A small server, quickly set up: what is in it is not worth a wait for the disk.
SETTINGS: dict[str, Any] = {
    "detach": True,
    "environment": {"POSTGRES_HOST_AUTH_METHOD": "trust", "POSTGRES_INITDB_ARGS": "--no-sync"},
}


def start_register(client: docker.DockerClient) -> Container:
    """Start the database of task 08.4, with rows in it, as somebody did who named no volume."""
    database: Container = client.containers.run(IMAGE, name=NAME, **SETTINGS)
    wait_until(lambda: answers(database), _("the database answers"))
    values = ", ".join(f"('{row}')" for row in ROWS)
    ask(database, f"CREATE TABLE entries (entry text); INSERT INTO entries VALUES {values}")
    return database


def answers(database: Container) -> bool:
    """Tell whether a database takes connections; while it is set up it does so on its socket alone."""
    return bool(database.exec_run(READY).exit_code == 0)


def ask(database: Container, sql: str) -> str:
    """Return what psql prints, rows alone."""
    output = database.exec_run([*PSQL, sql]).output
    return bytes(output).decode(errors="replace").strip()  # type: ignore[arg-type]


@task("08.4", _("Repair: gone with the next update"), hints=(
    _("Where do the rows lie now, and what does a container that is made anew have at that path?"),
    _("The image says which path it is: `docker image inspect`, `Volumes`. Rows come over by `pg_dump`, or files of a server that has stopped by `cp -a`."),
    _("`docker exec dd-registrar pg_dump -U postgres > dump.sql`. Then a new container with `-v dd-register:/var/lib/postgresql/data`, and `docker exec -i dd-registrar psql -U postgres < dump.sql`."),
))  # fmt: skip
def registered(client: docker.DockerClient, see: See) -> None:
    found = see.container(NAME, running=True)
    with contextlib.suppress(DrydockError):  # the rows below are not there, then
        wait_until(lambda: answers(found), "", PATIENCE)
    code, text = see.exec(found, [*PSQL, "SELECT entry FROM entries ORDER BY entry"])
    rows = text.splitlines() if code == 0 else []
    if not see.expect(
        _("entries in the database of {name}").format(name=NAME),
        expected=", ".join(ROWS),
        actual=", ".join(rows)[:200] or _("none"),
        holds=rows == list(ROWS),
        hint=_("A new volume is an empty database. The rows are in the volume that the old container had; while it is there, they can be had. If it has gone, begin again: `docker rm -fv dd-registrar`, then the cell above."),
    ):  # fmt: skip
        return
    folder = ask(found, "SHOW data_directory")
    mount = mount_at(found, folder)
    if see.expect(
        _("what lies at the server's data folder, {folder}").format(folder=folder),
        expected=_("the volume {name}").format(name=VOLUME),
        actual=described(mount),
        holds=mount is not None and mount.get("Name") == VOLUME,
        hint=_("The innermost mount counts. Where the image declares a volume and you mount another path, the engine makes an anonymous one below yours."),
    ):  # fmt: skip
        see.volume(VOLUME)
