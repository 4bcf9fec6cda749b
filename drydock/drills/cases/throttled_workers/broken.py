"""A server with a processor quota, and with workers for all processors of the machine."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
SETTINGS = """\
import os

workers = int(os.environ.get("WORKERS") or {rule})
"""
# It stands for gunicorn. The work is measured in processor time, so that it is as much on any machine.
PROGRAM = """\
import http.server
import os
import signal
import sys
import time

import settings


def compute():
    until = time.process_time() + 0.016
    while time.process_time() < until:
        pass
    time.sleep(0.004)  # the database's time


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "{path}":
            compute()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *about):
        pass


class Server(http.server.HTTPServer):
    request_queue_size = 64


signal.signal(signal.SIGTERM, lambda number, frame: sys.exit())
server = Server(("", 8000), Handler)
for number in range(settings.workers):
    if os.fork() == 0:
        server.serve_forever()
print(settings.workers, "workers", flush=True)
while True:
    signal.pause()
"""
# Six visitors for two seconds, then nobody for two; and so on.
VISIT = """
import concurrent.futures, http.client, sys, time, urllib.request
def visit(number):
    seen, until = [], time.monotonic() + 2
    while time.monotonic() < until:
        begin = time.monotonic()
        try: urllib.request.urlopen(sys.argv[1], timeout=10).read()
        except (OSError, http.client.HTTPException): time.sleep(0.1)
        else: seen.append(round(1000 * (time.monotonic() - begin)))
    return seen
with concurrent.futures.ThreadPoolExecutor(6) as pool:
    while True:
        took = sorted(sum(pool.map(visit, range(6)), [])) or [0]
        print(len(took), "answers, the quickest after", took[0], "ms, the slowest after", took[-1], "ms", flush=True)
        time.sleep(2)
"""


class Broken(Scene):
    """A service that stands still in part of each period."""

    @cached_property
    def web(self) -> str:
        return self.name(self.pick("web", ("tides", "routes", "winds", "depths")))

    @property
    def visitors(self) -> str:
        return self.name("visitors")

    @property
    def network(self) -> str:
        return self.name("net")

    @cached_property
    def path(self) -> str:
        return self.pick("path", ("/today", "/forecast", "/next", "/table"))

    @property
    def url(self) -> str:
        return f"http://{self.web}:8000{self.path}"

    @cached_property
    def rule(self) -> str:
        """How somebody has counted: each way sees processors that the quota does not pay for."""
        return self.pick(
            "rule",
            ("2 * os.cpu_count() + 1", "2 * len(os.sched_getaffinity(0))", "os.process_cpu_count() + 2"),
        )

    @cached_property
    def period(self) -> int:
        """The length of a period in µs; the quota is as long, which makes one processor."""
        return self.pick("period", (100_000, 50_000))

    def serve(self, environment: dict[str, str] | None = None, **options: Any) -> None:
        """Run the service, in place of the one that is there; `options` go over its own."""
        quota: dict[str, Any] = {"cpu_period": self.period, "cpu_quota": self.period}
        self.run(
            self.web,
            IMAGE,
            ["python", "/srv/serve.py"],
            environment=environment or {},
            network=self.network,
            volumes={str(self.folder): {"bind": "/srv", "mode": "ro"}},
            **{**quota, **options},
        )

    def start(self) -> None:
        self.write("settings.py", SETTINGS.format(rule=self.rule))
        self.write("serve.py", PROGRAM.format(path=self.path))
        self.client.networks.create(self.network, internal=True)
        self.serve()
        self.run(self.visitors, IMAGE, ["python", "-c", VISIT, self.url], network=self.network, init=True)
