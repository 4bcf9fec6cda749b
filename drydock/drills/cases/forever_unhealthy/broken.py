"""A service that answers, and a health check that cannot ask it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene
from drydock.text import _
from drydock.waiting import wait_until

SECOND = 1_000_000_000  # ns, as the engine counts
APP = '''\
"""Answers each request; asked for {path} it says whether it takes requests at all."""

import http.server
import pathlib


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        closed = self.path == "{path}" and pathlib.Path("{flag}").exists()
        self.send_response(503 if closed else 200)
        self.end_headers()
        self.wfile.write(b"closed" if closed else b"{answer}")

    def log_message(self, *words):
        pass


http.server.ThreadingHTTPServer(("", {port}), Page).serve_forever()
'''
DOCKERFILE = """\
FROM python:3.13-slim
COPY *.py /srv/
HEALTHCHECK --interval=1s --timeout=5s --retries=2 \\
  CMD {health}
CMD ["python", "/srv/app.py"]
"""


class Broken(Scene):
    """A service with a Dockerfile from the time of a larger image."""

    @cached_property
    def web(self) -> str:
        return self.name(self.pick("web", ("web", "api", "gate", "desk")))

    @cached_property
    def image(self) -> str:
        return self.name("image")

    @cached_property
    def tool(self) -> str:
        """What the health check calls: the slim image has neither."""
        return self.pick("tool", ("curl", "wget"))

    @cached_property
    def port(self) -> int:
        return self.pick("port", (8000, 8080, 5000, 9000))

    @cached_property
    def path(self) -> str:
        return self.pick("path", ("/health", "/ready", "/status", "/ping"))

    @cached_property
    def flag(self) -> str:
        return self.pick("flag", ("/tmp/drain", "/tmp/closing", "/tmp/no-requests"))

    @cached_property
    def answer(self) -> str:
        return self.pick("answer", ("seven berths", "the bridge is up", "low water at nine"))

    @property
    def url(self) -> str:
        """Where the service says whether it takes requests, asked in its container."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    def make(self, health: str, **options: Any) -> None:
        """Build the image with a health check, as a Dockerfile has it, and run the service."""
        self.write("Dockerfile", DOCKERFILE.format(health=health))
        self.build(self.image)
        self.serve(**options)

    def serve(self, **options: Any) -> None:
        """Run the service; `options` may have another health check."""
        self.run(self.web, self.image, init=True, **options)

    def health(self) -> str:
        """Return what the engine says of the service's health."""
        state = self.client.containers.get(self.web).attrs["State"]
        return str(state.get("Health", {}).get("Status", ""))

    def start(self) -> None:
        facts = {"path": self.path, "flag": self.flag, "answer": self.answer, "port": self.port}
        self.write("app.py", APP.format(**facts))
        options = {"curl": "-fsS", "wget": "-qO /dev/null"}
        self.make(f"{self.tool} {options[self.tool]} {self.url} || exit 1")
        wait_until(lambda: self.health() == "unhealthy", _("two health checks have failed"))
