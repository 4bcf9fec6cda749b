"""A Compose project in which "started" is taken for "ready"."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
FILE = """\
name: {project}
x-labels: &labels {labels}
services:
  {app}:
    image: {image}
    init: true
    labels: *labels{of_app}
    command:
      - python
      - -uc
      - |
{app_program}
  {database}: # stands for a database, in a few lines of Python
    image: {image}
    init: true
    labels: *labels{of_database}
    command:
      - python
      - -uc
      - |
{database_program}{more}
networks:
  default:
    labels: *labels
"""
APP = """\
import sys, time, urllib.request
try:
    answer = urllib.request.urlopen("http://{database}:{port}", timeout=5).read().decode()
except OSError as error:
    sys.exit("no database: " + str(error))
print("open:", answer)
while True:
    time.sleep(60)
"""
DATABASE = """\
import http.server, os, random, time
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{answer}")
# At each start it reads its journal, which is short or long. JOURNAL is how long, in seconds.
time.sleep(float(os.environ.get("JOURNAL") or random.choice((0, 2))))
http.server.ThreadingHTTPServer(("", {port}), Answer).serve_forever()
"""


class Broken(Scene):
    """An app and its database; on some seeds this has a health check already, that nobody waits for."""

    @cached_property
    def project(self) -> str:
        return self.name(self.pick("project", ("pier", "yard", "dock", "port")))

    @cached_property
    def app(self) -> str:
        return self.pick("app", ("web", "worker", "clerk", "api"))

    @cached_property
    def database(self) -> str:
        return self.pick("database", ("db", "ledger", "store"))

    @cached_property
    def port(self) -> int:
        return self.pick("port", (5432, 6543, 7000))

    @cached_property
    def answer(self) -> str:
        return self.pick("answer", ("nine ships at anchor", "the lock is free", "tide table of May"))

    @cached_property
    def has_check(self) -> bool:
        return self.pick("has check", (False, True))

    @property
    def asks(self) -> list[str]:
        """A health check that asks the database as the app does."""
        url = f"http://127.0.0.1:{self.port}"
        return ["CMD", "python", "-c", f"import urllib.request; urllib.request.urlopen('{url}')"]

    def compose(
        self,
        app: Mapping[str, Any],
        database: Mapping[str, Any],
        *,
        program: str = APP,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Write compose.yaml, with these settings for the two services, and more services."""
        programs = {"app_program": program, "database_program": DATABASE}
        facts = {"database": self.database, "port": self.port, "answer": self.answer}
        indented = {
            name: textwrap.indent(text.format(**facts).rstrip(), " " * 8) for name, text in programs.items()
        }
        text = FILE.format(
            **indented,
            project=self.project,
            labels=json.dumps(self.labels),
            image=IMAGE,
            app=self.app,
            database=self.database,
            of_app=_lines(app, 4),
            of_database=_lines(database, 4),
            more=_lines(more or {}, 2),
        )
        self.write("compose.yaml", text)

    def up(self) -> None:
        """Bring the project up, or up to date, in the background."""
        self.docker("compose", "-p", self.project, "-f", str(self.folder / "compose.yaml"), "up", "--detach")

    def start(self) -> None:
        check = {"healthcheck": {"test": self.asks, "interval": "1s", "retries": 30}}
        self.compose({"depends_on": [self.database]}, check if self.has_check else {})
        self.up()


def _lines(settings: Mapping[str, Any], depth: int) -> str:
    """Return settings as YAML, a line each: JSON is YAML, too."""
    return "".join(f"\n{' ' * depth}{key}: {json.dumps(value)}" for key, value in settings.items())
