"""An answer to OSV's question "what is known about this version?", on 127.0.0.1 and from a file."""

from __future__ import annotations

import contextlib
import functools
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

FILE = Path(__file__).with_name("advisories.json")


@functools.cache
def advisories() -> list[dict[str, Any]]:
    """Return the advisories that the course brings, in OSV's format."""
    found: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["vulns"]
    return found


def affecting(name: str, version: str) -> list[dict[str, Any]]:
    """Return the advisories about a package's version.

    Source: OSV schema, "affected[].ranges[]" of the type ECOSYSTEM.
    """
    try:
        asked = Version(version)
    except InvalidVersion:
        return []
    return [
        advisory
        for advisory in advisories()
        for affected in advisory["affected"]
        if affected["package"]["name"] == name
        and any(_within(asked, part["events"]) for part in affected["ranges"])
    ]


def _within(version: Version, events: list[dict[str, str]]) -> bool:
    """Tell whether a range has a version; `events` are in order, from the oldest on."""
    inside = False
    for event in events:
        if "introduced" in event and version >= Version(event["introduced"]):
            inside = True
        if "fixed" in event and version >= Version(event["fixed"]):
            inside = False
    return inside


class _Answer(BaseHTTPRequestHandler):
    """Source: OSV API, POST /v1/query."""

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = affecting(question["package"]["name"], question["version"])
        body = json.dumps({"vulns": found} if found else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_values: object) -> None:
        """Say nothing: what counts is in the answer."""


@contextlib.contextmanager
def service() -> Iterator[str]:
    """Answer as OSV does for the time of a `with`; give the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()
