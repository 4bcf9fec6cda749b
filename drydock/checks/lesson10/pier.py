"""The repair of a start that is a race: the check starts a copy, whose database takes its time."""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import docker
from docker.models.containers import Container

from drydock.checks.lesson03 import compose
from drydock.checks.lesson10.files import folder, given, last_line, there
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _

FILE = "pier/compose.yaml"
LATE = 3  # s that the copy's database takes longer
PATIENCE = 15  # s until the clerk must have made the table, once all are started
SERVICE = "com.docker.compose.service"
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
    if "db" in read["services"]:
        late = ["sh", "-c", f'sleep {LATE}; exec docker-entrypoint.sh "$$@"', "late"]
        read["services"]["db"] |= {
            "entrypoint": late,
            "command": read["services"]["db"].get("command") or ["postgres"],
        }
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "compose.json"
        copy.write_text(json.dumps(read))
        command = [
            *compose.COMMAND,
            "-f",
            str(copy),
            "--project-directory",
            str(file.parent),
            "up",
            "--detach",
        ]
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
            clerk, db = (
                next((c for c in containers if c.labels.get(SERVICE) == name), None)
                for name in ("clerk", "db")
            )
            services = _("services of the file")
            both = clerk is not None and db is not None
            names = ", ".join(sorted(c.labels.get(SERVICE, "") for c in containers))
            if not see.expect(services, expected="clerk, db", actual=names, holds=both, hint=_("Keep both.")):
                return
            assert clerk is not None and db is not None
            look(see, clerk, db)
    except DrydockError as error:
        see.expect(up, expected=works, actual=error.what, holds=False, hint=hint)


def look(see: See, clerk: Container, db: Container) -> None:
    """Record how the clerk came up, and what it has left in the database."""
    deadline, made = time.monotonic() + PATIENCE, False
    while not made and time.monotonic() < deadline:
        clerk.reload()
        if clerk.status == "exited" or clerk.attrs["RestartCount"]:
            break
        made = db.exec_run(TABLE).exit_code == 0
        time.sleep(0.1)
    clerk.reload()
    ended = _("exited: {why}").format(why=last_line(clerk.logs().decode(errors="replace")))
    restarts = clerk.attrs["RestartCount"]
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
