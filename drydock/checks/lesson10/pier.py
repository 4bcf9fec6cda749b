"""The repair of a start that is a race: the check starts a copy, whose database takes its time."""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docker
from docker.errors import APIError
from docker.models.containers import Container

from drydock.checks.lesson03 import compose
from drydock.checks.lesson10.files import folder, given, last_line, there
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

FILE = "pier/compose.yaml"
LATE = 3  # s that the copy's database takes longer
PATIENCE = 10  # s in which the clerk must have made the table, once the database answers
SERVICE = "com.docker.compose.service"
ANSWERS = ["pg_isready", "-h", "127.0.0.1"]
TABLE = ["psql", "-U", "harbour", "-Atc", "SELECT count(*) FROM calls"]
PIER = """\
name: dd-pier
services:
  clerk:
    image: postgres:17
    environment: {PGPASSWORD: sesame}
    command: # makes its table, then works
      - sh
      - -ec
      - psql -h localhost -U harbour -c 'CREATE TABLE IF NOT EXISTS calls (ship text)' && exec sleep infinity
    depends_on: [db]
    init: true
    labels: {dev.drydock.lesson: "10"}
  db:
    image: postgres:17
    environment: {POSTGRES_USER: harbour, POSTGRES_PASSWORD: sesame}
    healthcheck:
      test: [CMD, pg_isready, -h, 127.0.0.1, -U, harbour]
      interval: 1s
      retries: 60
    labels: {dev.drydock.lesson: "10"}
networks:
  default: {labels: {dev.drydock.lesson: "10"}}
"""


def start_pier() -> Path:
    """Write the Compose file of task 10.2 into work/exercise-10/pier, and return it."""
    given(folder() / FILE, PIER)
    return folder() / FILE


@contextlib.contextmanager
def started(client: docker.DockerClient, lesson: str, file: Path) -> Iterator[tuple[list[Container], str]]:
    """Start a copy of a Compose project whose db is late, for the time of a `with`; give its containers, and what failed."""
    name, read = compose.project(file.parent, lesson)
    if db := read["services"].get("db"):
        db["entrypoint"] = ["sh", "-c", f'sleep {LATE}; exec docker-entrypoint.sh "$$@"', "late"]
        db["command"] = db.get("command") or ["postgres"]
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "compose.json"
        copy.write_text(json.dumps(read))
        options = ["-f", str(copy), "--project-directory", str(file.parent)]
        command = [*compose.COMMAND, *options, "up", "--detach"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            failed = last_line(done.stdout, done.stderr) if done.returncode else ""
            yield compose.containers(client, name), failed
        except subprocess.TimeoutExpired:
            yield compose.containers(client, name), _("still not up after 60 s")
        finally:
            compose.remove(client, name)


@task("10.2", _("Repair: started is not ready"), hints=(
    _("Read what clerk says: `docker compose logs clerk`. Which address does it ask, and who listens there?"),
    _("In its own container `localhost` is clerk itself. And once it asks the right address: is somebody listening there yet?"),
    _("`psql -h db`, and `depends_on: {db: {condition: service_healthy}}`."),
))  # fmt: skip
def ready(client: docker.DockerClient, see: See) -> None:
    file = folder() / FILE
    there(see, file)
    up = _("docker compose up, on a copy whose database takes {seconds} s longer").format(seconds=LATE)
    works = _("all are started")
    hint = _("Compose's own words are in a terminal: `docker compose up` in your folder `pier`.")
    try:
        with started(client, see.lesson, file) as (containers, failed):
            if not see.expect(up, expected=works, actual=failed or works, holds=not failed, hint=hint):
                return
            found = {c.labels.get(SERVICE, ""): c for c in containers}
            if see.expect(
                _("services of the file"),
                expected="clerk, db",
                actual=", ".join(sorted(found)),
                holds={"clerk", "db"} <= set(found),
                hint=_("Keep both."),
            ):
                look(see, found["clerk"], found["db"])
    except DrydockError as error:
        see.expect(up, expected=works, actual=error.what, holds=False, hint=hint)


def look(see: See, clerk: Container, db: Container) -> None:
    """Record how the clerk came up, and what it has left in the database."""
    wait_until(lambda: over(clerk, db) or does(db, ANSWERS), _("the database answers"), timeout=60)
    with contextlib.suppress(DrydockError):  # no table: said below
        wait_until(lambda: over(clerk, db) or does(db, TABLE), "", timeout=PATIENCE)
    made = does(db, TABLE)
    ended = _("exited: {why}").format(why=last_line(clerk.logs().decode(errors="replace")))
    restarts = clerk.attrs["RestartCount"]  # as `over` saw it last
    fine = clerk.status == "running" and not restarts
    see.expect(
        _("clerk, on its first start"),
        expected=_("runs, and has never been restarted"),
        actual=_("restarted: {count} times").format(count=restarts) if restarts else ended if clerk.status == "exited" else clerk.status,
        holds=fine,
        hint=_("What answers on that address, and is it there when clerk asks? A guess in seconds fails on a slower day, and a restart hides a failure."),
    )  # fmt: skip
    if fine:
        see.expect(
            _("the table in db"),
            expected=_("there"),
            actual=_("there") if made else _("not there"),
            holds=made,
            hint=_("clerk runs, but has not done its work in the database of the service db."),
        )


def over(clerk: Container, db: Container) -> bool:
    """Tell whether there is nothing left to wait for: the clerk has failed, or the database has ended."""
    clerk.reload()
    db.reload()
    return "exited" in (clerk.status, db.status) or clerk.attrs["RestartCount"] > 0


def does(db: Container, command: list[str]) -> bool:
    """Tell whether a command in the database's container succeeds; not when that has ended."""
    try:
        return bool(db.exec_run(command).exit_code == 0)
    except APIError:
        return False
