"""The task on a helper that does not keep its Pod alive."""

from __future__ import annotations

from typing import Any

from kubernetes.client import ApiClient

from drydock.checks.kube import SeeCluster
from drydock.checks.lesson11.making import container, make, pod, same_programs
from drydock.checks.registry import task
from drydock.checks.states import status_of
from drydock.text import _

NAME, ROUNDS = "dd-rounds", 3
# The programs of task 11.3.
ROUND = f"""\
import time, urllib.request
for number in range({ROUNDS}):
    print(urllib.request.urlopen("http://127.0.0.1:9000/").read().decode(), flush=True)
    time.sleep(0.3)
"""
LAMP = """\
import http.server, os, signal, time
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
time.sleep(1)
class Lamp(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"light")
http.server.HTTPServer(("", 9000), Lamp).serve_forever()
"""


def start_rounds(cluster: ApiClient) -> Any:
    """Make the Pod of task 11.3: the round begins before the lamp burns, and the lamp never goes out."""
    both = (container("round", ROUND), container("lamp", LAMP))
    return make(cluster, pod(NAME, *both, restartPolicy="Never"))


@task("11.3", _("Repair: a lamp that burns for nobody"), hints=(
    _("A Pod has ended when all of `containers` have. Which of the two should count?"),
    _("An init container with a restart policy of its own is a sidecar: what comes after it starts when it has *started*, and when the others have ended, it is ended."),
    _('`lamp` in `initContainers`, with `restartPolicy: Always` and a startup probe: `{"httpGet": {"port": 9000}, "periodSeconds": 1}`.'),
))  # fmt: skip
def rounds(cluster: ApiClient, see: SeeCluster) -> None:
    found = see.pod(NAME)
    same_programs(see, found, round=ROUND, lamp=LAMP)
    ended = see.settled(
        NAME,
        lambda one: one.status.phase == "Succeeded",
        _("Succeeded"),
        _("Started is not ready, with containers as with services: a sidecar counts as started when its startup probe says so. And the Pod runs as long as any of `containers` does."),
    )  # fmt: skip
    lights = see.logs(NAME, "round").split()
    see.expect(
        _("log of round"),
        expected=" ".join(["light"] * ROUNDS),
        actual=" ".join(lights) or _("nothing"),
        holds=lights == ["light"] * ROUNDS,
        hint=_("Each round needs the lamp."),
    )
    failed = status_of(ended, "round").restart_count
    see.expect(
        _("starts of round that failed"),
        expected="0",
        actual=_("1 or more") if failed else "0",
        holds=not failed,
        hint=_("A restart hides that the lamp did not burn yet. The round should begin when it does."),
    )
