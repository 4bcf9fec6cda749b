"""The task on health: a check that notices when the service can't take requests."""

from __future__ import annotations

import contextlib

import docker
from docker.models.containers import Container

from drydock.checks.lesson04.service import answers
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

TRIES = 3  # runs of the health check until its verdict counts
PATIENCE = 10  # s until a health check counts as stuck


@task("04.6", _("A health check that notices"), hints=(
    _("Which address of the service says whether it can take requests? And which programs does the slim image have?"),
    _("There is no curl, but Python: `urllib.request.urlopen` raises an exception for 503, and an exception is exit code 1."),
    _("`HEALTHCHECK CMD [\"python\", \"-c\", \"import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health')\"]`"),
))  # fmt: skip
def healthy(client: docker.DockerClient, see: See) -> None:
    see.image("dd-health")
    # The image's command at the check's pace: it shall not have to wait for an interval of 30 s.
    pace = {"interval": 500_000_000, "start_period": 500_000_000, "retries": 1}
    with see.started("dd-health", healthcheck=pace) as service:
        if not answers(see, service):
            return
        hint = _(
            "Run the check's command in a container yourself, with `docker exec`, and look at its exit code."
        )
        usual = _state(service, "healthy")
        if not see.expect(
            _("health of the service"),
            expected="healthy",
            actual=usual if usual == "healthy" else _with_output(service, usual),
            holds=usual == "healthy",
            hint=hint,
        ):
            return
        service.exec_run(["touch", "/tmp/maintenance"])
        maintenance = _state(service, "unhealthy")
    see.expect(
        _("health, once /tmp/maintenance is there"),
        expected="unhealthy",
        actual=maintenance,
        holds=maintenance == "unhealthy",
        hint=_("A check that only sees that a port is open, or asks another address, does not notice."),
    )


def _with_output(service: Container, state: str) -> str:
    """Return a state with the last line that the health check printed, such as that its program is not there."""
    log = service.attrs["State"].get("Health", {}).get("Log") or [{}]
    lines = log[-1].get("Output", "").strip().splitlines()
    return f"{state}: {lines[-1]}" if lines else state


def _state(service: Container, wanted: str) -> str:
    """Return the health that the engine reports: `wanted`, or what is there after the next three tries."""

    def state() -> str:
        service.reload()
        return str(service.attrs["State"].get("Health", {}).get("Status", _("no health check")))

    def tried() -> set[str]:
        log = service.attrs["State"].get("Health", {}).get("Log") or []
        return {result["Start"] for result in log if result.get("End")}

    state()
    earlier = tried()
    with contextlib.suppress(DrydockError):
        wait_until(
            lambda: state() in (wanted, _("no health check")) or len(tried() - earlier) >= TRIES,
            wanted,
            timeout=PATIENCE,
        )
    return state()
