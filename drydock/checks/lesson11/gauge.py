"""The task on a probe that asks too much."""

from __future__ import annotations

import time
from typing import Any

from kubernetes.client import ApiClient

from drydock.checks import kube
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson11.making import container, make, pod, same_programs
from drydock.checks.registry import task
from drydock.checks.states import condition, status_of
from drydock.text import _
from drydock.waiting import patient

NAME, PORT = "dd-gauge", 8000
WATCHED = 3.0  # s of ebb, at least, in which nothing may be restarted
# The program of task 11.6.
GAUGE = f"""\
import http.server, os, signal, time
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Gauge(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        while os.path.exists("/tmp/stuck"):
            time.sleep(0.1)
        ebb = self.path == "/health" and os.path.exists("/tmp/ebb")
        self.send_response(503 if ebb else 200)
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("", {PORT}), Gauge).serve_forever()
"""
EAGER = {"httpGet": {"path": "/health", "port": PORT}, "periodSeconds": 1, "failureThreshold": 1}


def start_gauge(cluster: ApiClient) -> Any:
    """Make the Pod of task 11.6: at ebb it is restarted, each time."""
    return make(cluster, pod(NAME, container("gauge", GAUGE, livenessProbe=EAGER)))


@task("11.6", _("Repair: a probe that asks too much"), hints=(
    _("What does the kubelet do when a liveness probe fails, and what when a readiness probe fails?"),
    _("At ebb the program is well, and only can't serve: that is for readiness. A program that is stuck answers nothing at all, on any path."),
    _("`readinessProbe` with the path `/health`, `livenessProbe` with another path such as `/alive`, both with `periodSeconds: 1`."),
))  # fmt: skip
def gauge(cluster: ApiClient, see: SeeCluster) -> None:
    found = see.pod(NAME, running=True)
    same_programs(see, found, gauge=GAUGE)
    with see.copy(found) as name:

        def is_ready() -> bool:
            return condition(see.find(name), "Ready")

        def restarts() -> int:
            return int(status_of(see.find(name), "gauge").restart_count)

        ready, not_ready = _("ready"), _("not ready")

        def becomes(what: str, wanted: bool, hint: str) -> bool:
            now = patient(is_ready, kube.PATIENCE, lambda seen: seen == wanted)
            expected, actual = (ready if one else not_ready for one in (wanted, now))
            return see.expect(what, expected=expected, actual=actual, holds=now == wanted, hint=hint)

        if not becomes(_("a copy, after its start"), True, _("A Pod is ready when all readiness probes have succeeded. Do path and port fit the program?")):  # fmt: skip
            return
        see.exec(name, ["touch", "/tmp/ebb"])
        becomes(_("at ebb"), False, _("Only a readiness probe can say that a Pod should get no requests, without harm to it."))  # fmt: skip
        time.sleep(watched(found))
        many = restarts()
        if not see.expect(
            _("restarts at ebb"),
            expected="0",
            actual=_("1 or more") if many else "0",
            holds=not many,
            hint=_("A restart brings no water. Liveness should ask only for what a restart can cure."),
        ):
            return
        see.exec(name, ["rm", "-f", "/tmp/ebb"])
        becomes(_("at flood"), True, _("A readiness probe goes on for the whole life of the Pod."))
        see.exec(name, ["touch", "/tmp/stuck"])
        many = patient(restarts, kube.PATIENCE)
        see.expect(
            _("restarts after it has got stuck"),
            expected=_("1 or more"),
            actual=_("1 or more") if many else "0",
            holds=many,
            hint=_("A program that hangs still has its port open. And a probe's patience is periodSeconds times failureThreshold."),
        )  # fmt: skip


def watched(pod: Any) -> float:
    """Return for how many seconds a copy of the Pod is watched at ebb: as long as its own liveness probe would be patient.

    At most the check's own patience: a hang has to be found within that.
    """
    probe = pod.spec.containers[0].liveness_probe
    own = probe.period_seconds * probe.failure_threshold + probe.timeout_seconds + 1 if probe else 0
    return max(WATCHED, min(own, kube.PATIENCE + 1))
