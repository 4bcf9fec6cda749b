"""Repairs of the project's compose.yaml."""

from __future__ import annotations

from drydock.drills.cases.startup_race.broken import IMAGE, Broken

PATIENT_APP = """\
import time, urllib.request
while True:
    try:
        answer = urllib.request.urlopen("http://{database}:{port}", timeout=5).read().decode()
        break
    except OSError:
        time.sleep(0.2)
print("open:", answer)
while True:
    time.sleep(60)
"""


def waits_until_it_is_healthy(scene: Broken) -> None:
    """The database is healthy when it answers, and Compose starts the app only then."""
    scene.compose(
        app={"depends_on": {scene.database: {"condition": "service_healthy"}}},
        database={"healthcheck": {"test": scene.asks, "interval": "1s", "retries": 30}},
    )
    scene.up()


def waits_for_a_first_step(scene: Broken) -> None:
    """A step between the two, as a migration is one: it waits for the database, and the app for its end."""
    step = {
        "image": IMAGE,
        "labels": scene.labels,
        "command": ["true"],
        "depends_on": {scene.database: {"condition": "service_healthy"}},
    }
    scene.compose(
        app={"depends_on": {"step": {"condition": "service_completed_successfully"}}},
        database={"healthcheck": {"test": scene.asks, "interval": "1s", "retries": 30}},
        more={"step": step},
    )
    scene.up()


def _as_it_was(scene: Broken) -> dict[str, object]:
    return {"depends_on": [scene.database]}


def restarts(scene: Broken) -> None:
    scene.compose({**_as_it_was(scene), "restart": "on-failure"}, {})


def a_guess(scene: Broken) -> None:
    sleep = ["sh", "-c", 'sleep 1; exec "$$@"', "sleep"]
    scene.compose({**_as_it_was(scene), "entrypoint": sleep}, {})


def always_yes(scene: Broken) -> None:
    scene.compose(
        app={"depends_on": {scene.database: {"condition": "service_healthy"}}},
        database={"healthcheck": {"test": ["CMD", "true"], "interval": "1s"}},
    )


def a_check_nobody_waits_for(scene: Broken) -> None:
    scene.compose(_as_it_was(scene), {"healthcheck": {"test": scene.asks, "interval": "1s", "retries": 30}})


def another_program(scene: Broken) -> None:
    scene.compose(_as_it_was(scene), {}, program=PATIENT_APP)


REFERENCE = waits_until_it_is_healthy
OTHERS = (waits_for_a_first_step,)
FIRST = "the app, on its first start"
NEAR_MISSES = {
    "restarts until it works": (restarts, FIRST),
    "a second of sleep": (a_guess, FIRST),
    "a check that always says yes": (always_yes, FIRST),
    "a check that nobody waits for": (a_check_nobody_waits_for, FIRST),
    "a program that waits by itself": (another_program, "health of the database when the app was started"),
}
