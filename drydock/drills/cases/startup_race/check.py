"""A copy of the project is brought up, under a name of its own, and with a database that takes its time."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from docker.models.containers import Container

from drydock import waiting
from drydock.checks.lesson03 import compose
from drydock.checks.see import See
from drydock.drills.cases.startup_race.broken import Broken
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import patient

LATE = 6  # s that the copy's database reads its journal
PATIENCE = 10  # s in which the app must have its answer
LIMIT = 60  # s until Compose counts as stuck
RETRIES = 20  # of the copy's health check, once a second: more than enough for its journal
SERVICE = "com.docker.compose.service"


def check(scene: Broken, see: See) -> None:
    up, started = _("docker compose up, on a copy with a slow database"), _("both services are started")
    hint = _("Compose's own words are in a terminal: `docker compose up` in the folder of compose.yaml.")
    try:
        name, read = compose.project(scene.folder, see.lesson)
    except DrydockError as error:
        see.require(up, started, error.what, False, hint)
        raise  # not reached
    with _up(see, name, _slowed(read, scene.database), scene.folder) as (found, failed):
        missing = ", ".join(sorted({scene.app, scene.database} - found.keys()))
        actual = failed or (_("not there: {names}").format(names=missing) if missing else started)
        see.require(up, started, actual, not failed and not missing, hint)
        _look(scene, see, found[scene.app], found[scene.database])


def _slowed(read: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a project whose database is slow, and whose health check, if it has one, runs once a second."""
    database = read["services"].get(name)
    if database is not None:
        journal = {"JOURNAL": str(LATE * waiting.slowness)}
        database["environment"] = {**(database.get("environment") or {}), **journal}
        if health := database.get("healthcheck"):
            health.update(interval="1s", retries=RETRIES)
            for key in ("start_period", "start_interval"):
                health.pop(key, None)
    return read


@contextmanager
def _up(
    see: See, name: str, read: dict[str, Any], folder: Path
) -> Iterator[tuple[dict[str, Container], str]]:
    """Bring a project up for the time of a `with`; give its containers by service, and why it failed, if it did."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "compose.json"
        file.write_text(json.dumps(read))
        command = [*compose.COMMAND, "-f", str(file), "--project-directory", str(folder), "up", "--detach"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT * waiting.slowness)
            lines = done.stderr.strip().splitlines() or [_("no message")]
            failed = lines[-1].strip() if done.returncode else ""
        except subprocess.TimeoutExpired:
            failed = _("still not up after {seconds} s").format(seconds=LIMIT)
        try:
            yield {c.labels.get(SERVICE, ""): c for c in compose.containers(see.client, name)}, failed
        finally:
            compose.remove(see.client, name)


def _look(scene: Broken, see: See, app: Container, database: Container) -> None:
    """Record how the app came up, and what the database's health was then."""
    app.reload()
    database.reload()
    # At once: the engine keeps the last five results of a health check.
    health = _health_at(str(app.attrs["State"]["StartedAt"]), database)

    def log() -> str:
        app.reload()
        return app.logs().decode(errors="replace")

    def over(text: str) -> bool:
        return scene.answer in text or app.status != "running" or app.attrs["RestartCount"] > 0

    text = patient(log, PATIENCE, over)
    good, restarts = _("runs, has its answer, and was never restarted"), app.attrs["RestartCount"]
    actual = good
    if restarts or app.status == "restarting":
        actual = _("it was restarted")
    elif app.status != "running":
        actual = _("ended: {why}").format(why=(text.strip().splitlines() or [_("no message")])[-1])
    elif scene.answer not in text:
        actual = _("runs, without the answer of the database")
    see.expect(
        _("the app, on its first start"),
        expected=good,
        actual=actual,
        holds=actual == good,
        hint=_("A number of seconds is a guess, a restart hides a failure, and a health check is worth what it asks. Does yours say yes before the database listens?"),
    )  # fmt: skip
    see.expect(
        _("health of the database when the app was started"),
        expected="healthy",
        actual=health,
        holds=health == "healthy",
        hint=_("Here it is Compose that shall wait, as the story says. What does a `depends_on` wait for that only has a name, and who can know whether a container is healthy?"),
    )  # fmt: skip


def _health_at(moment: str, database: Container) -> str:
    """Return what the health check of a container had found when another one was started."""
    health = database.attrs["State"].get("Health")
    if not health:
        return _("it has no health check")
    good = [datetime.fromisoformat(one["End"]) for one in health["Log"] or [] if one["ExitCode"] == 0]
    earlier = bool(good) and min(good) <= datetime.fromisoformat(moment)
    return "healthy" if earlier else _("no verdict yet")
