"""The service's health, that of a container made anew, and that of one that takes no requests."""

from __future__ import annotations

from docker.models.containers import Container

from drydock import waiting
from drydock.checks import alike
from drydock.checks.see import See
from drydock.drills.cases.forever_unhealthy.broken import SECOND, Broken
from drydock.reach import GET
from drydock.text import _
from drydock.waiting import patient

VERDICT = 5  # s until the learner's container must have one
GOOD, BAD = 6, 4  # s until the check's own container must be healthy, and unhealthy


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.web, running=True)
    state = patient(lambda: _state(found), VERDICT, lambda state: state != "starting")
    see.require(
        _("health of the service"),
        "healthy",
        _with_output(found, state),
        state == "healthy",
        _("What has the health check itself said? `docker inspect` shows its last results. While it is `starting` nobody knows: the first result comes after one interval, and a bad one counts after all retries. Without a check nobody ever knows."),
    )  # fmt: skip
    url = f"http://127.0.0.1:{scene.port}"
    page = see.exec(found, ["python", "-c", GET, url])[1]
    see.require(
        _("what the service answers"),
        scene.answer,
        page or _("nothing"),
        page == scene.answer,
        _("The service itself was right: it can stay as it is."),
    )
    config = found.attrs["Config"]
    # The learner's command at the check's pace: nobody shall have to wait for an interval of 30 s.
    pace = {
        "test": config["Healthcheck"]["Test"],
        "interval": SECOND // 2,
        "timeout": int(5 * SECOND * waiting.slowness),
        "retries": 1,
        "start_period": SECOND // 1000,
    }
    with see.started(config["Image"], config["Cmd"], healthcheck=pace, **alike.settings(found)) as twin:
        fresh = patient(lambda: _state(twin), GOOD, lambda state: state == "healthy")
        see.require(
            _("health of a container made anew"),
            "healthy",
            _with_output(twin, fresh),
            fresh == "healthy",
            _("What is put into a container that runs is not in the image, and gone with the container."),
        )
        twin.exec_run(["touch", scene.flag], user="0")
        closed = patient(lambda: _state(twin), BAD, lambda state: state == "unhealthy")
    see.expect(
        _("health of one that takes no requests"),
        expected="unhealthy",
        actual=closed,
        holds=closed == "unhealthy",
        hint=_("A process that runs and a port that is open say nothing of that. The service says it on one path, by its status."),
    )  # fmt: skip


def _state(container: Container) -> str:
    """Return what the engine says of a container's health now."""
    container.reload()
    return str(container.attrs["State"].get("Health", {}).get("Status", _("no health check")))


def _with_output(container: Container, state: str) -> str:
    """Return a state, and unless it is good the last line of the last health check."""
    log = container.attrs["State"].get("Health", {}).get("Log") or [{}]
    lines = str(log[-1].get("Output", "")).strip().splitlines()
    return f"{state}: {lines[-1]}" if lines and state != "healthy" else state
