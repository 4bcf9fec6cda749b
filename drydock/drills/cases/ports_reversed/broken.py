"""A service with two pages on two ports; for one of them host and container are mixed up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from drydock.drills.asking import LOOPBACK
from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
PROGRAM = """\
import json, os, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
def page(text):
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())
    return Answer
for number, text in json.loads(os.environ["PAGES"]).items():
    server = ThreadingHTTPServer(("0.0.0.0", int(number)), page(text))
    threading.Thread(target=server.serve_forever).start()
    print("listening on port", number, flush=True)
"""
Ports = Mapping[int, int]  # the container's port, by the host's


class Broken(Scene):
    """Of two published ports one is published the wrong way round."""

    @cached_property
    def service(self) -> str:
        return self.name(self.pick("service", ("buoy", "lock", "mole", "slip")))

    @cached_property
    def inside(self) -> tuple[int, int]:
        """Where the program listens: for visitors, and for the operators."""
        first = self.pick("inside", range(20000, 24990))
        return first, first + self.pick("step", range(1, 10))

    @cached_property
    def outside(self) -> tuple[int, int]:
        """Where it is asked, on the host."""
        first = self.pick("outside", range(25000, 29990))
        return first, first + self.pick("step", range(1, 10))

    @cached_property
    def pages(self) -> tuple[str, str]:
        """What it answers at each."""
        return (
            self.pick("visitors", ("welcome ashore", "two berths are free", "open until dusk")),
            self.pick("operators", ("all is well", "pumps: 3 of 3", "no alarm")),
        )

    @cached_property
    def wrong(self) -> int:
        """Which of the two ports is reversed."""
        return self.pick("wrong", (0, 1))

    @property
    def right(self) -> dict[int, int]:
        """The container's port for each of the host's, as it should be."""
        return dict(zip(self.outside, self.inside, strict=True))

    @property
    def mixed_up(self) -> dict[int, int]:
        """The same, but for one pair, which is the wrong way round."""
        pairs = list(self.right.items())
        outside, inside = pairs[self.wrong]
        pairs[self.wrong] = inside, outside
        return dict(pairs)

    def serve(
        self, published: Ports, listening: tuple[int, int] | None = None, at: str = LOOPBACK, **options: Any
    ) -> None:
        """Run the service, with these of its ports published; it listens on its own two, or on others."""
        listening = listening or self.inside
        pages = {str(port): text for port, text in zip(listening, self.pages, strict=True)}
        if published:
            options["ports"] = {f"{inside}/tcp": (at, outside) for outside, inside in published.items()}
        self.run(
            self.service,
            IMAGE,
            ["python", "-c", PROGRAM],
            environment={"PAGES": json.dumps(pages)},
            **options,
        )

    def start(self) -> None:
        self.serve(self.mixed_up)
