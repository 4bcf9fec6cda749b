"""The repair of a Prometheus that reaches nobody."""

from __future__ import annotations

import json

import docker
from docker.models.containers import Container

from drydock.checks.lesson10.depot import FREE
from drydock.checks.lesson10.files import folder, given
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _
from drydock.waiting import wait_until

NAME, BEACON, NETWORK = "dd-watch", "dd-beacon", "dd-lights"
FILE = "lookout/prometheus.yml"
SHIPS = 3
QUERY = ["promtool", "query", "instant", "--format=json", "http://127.0.0.1:9090"]
SETTINGS = """\
global:
  scrape_interval: 500ms
scrape_configs:
  - job_name: beacon
    metrics_path: /figures
    static_configs:
      - targets: ["localhost:8000"]
"""
# A service with one figure.
LIGHT = f"""\
import http.server
class Light(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path == "/metrics"
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"harbour_ships {SHIPS}\\n" if known else b"")
http.server.ThreadingHTTPServer(("", 8000), Light).serve_forever()
"""


def start_lookout(client: docker.DockerClient) -> Container:
    """Start the Prometheus of task 10.6 with the settings in work/exercise-10/lookout, and a service beside it."""
    given(folder() / FILE, SETTINGS)
    client.networks.create(NETWORK)
    client.containers.run(
        "python:3.13-slim", ["python", "-c", LIGHT], name=BEACON, network=NETWORK, detach=True, init=True
    )
    prometheus = client.containers.run(
        "prom/prometheus:v2.53.3", name=NAME, network=NETWORK, detach=True,
        volumes=[f"{folder() / 'lookout'}:/etc/prometheus"], ports={"9090/tcp": FREE},
    )  # fmt: skip
    # Until it is up, it has no handler for SIGHUP, and would end of it.
    wait_until(lambda: prometheus.exec_run([*QUERY, "vector(1)"]).exit_code == 0, _("Prometheus answers"))
    return prometheus


def series(see: See, prometheus: Container, query: str) -> dict[str, float]:
    """Return the newest value of each series that a query finds, as Prometheus names it.

    By promtool, which the image brings: the check need not reach a published port.
    """
    code, text = see.exec(prometheus, [*QUERY, query])
    try:
        found = json.loads(text) if code == 0 else []
    except ValueError:
        found = []
    return {
        ", ".join(f"{key}={value}" for key, value in sorted(one["metric"].items())): float(one["value"][1])
        for one in found
        if isinstance(one, dict)
    }


@task("10.6", _("Repair: a lookout that sees nothing"), hints=(
    _("Prometheus knows why a scrape failed: `/api/v1/targets` on its port, `lastError`. Repair one thing, and read it again."),
    _("In a container `localhost` is that container. And which path has the figures, by custom?"),
    _('`targets: ["dd-beacon:8000"]`, no `metrics_path`; then `docker kill -s HUP dd-watch`, and up to ten seconds of patience.'),
))  # fmt: skip
def lookout(client: docker.DockerClient, see: See) -> None:
    see.container(BEACON, running=True)
    found = see.container(NAME, running=True)
    up = series(see, found, "up == 1")
    if not see.expect(
        _("targets that Prometheus reaches"),
        expected=_("1 or more"),
        actual=len(up),
        holds=up,
        hint=_(
            "Does Prometheus use the file as it is now? And has it had some seconds to find and ask its targets?"
        ),
    ):
        return
    ships = series(see, found, "last_over_time(harbour_ships[5s])")
    see.expect(
        _("harbour_ships, as Prometheus has it"),
        expected=SHIPS,
        actual=", ".join(f"{value:g}" for value in ships.values()) or _("not there"),
        holds=list(ships.values()) == [SHIPS],
        hint=_(
            "Prometheus reaches something, but not the figures of dd-beacon. Look at the target's address and path."
        ),
    )
