"""Two services on the default bridge, where nobody knows a container by its name."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
FRONT_PORT = 8000
BRIDGE = "bridge"  # the default network's own name
BACK = """\
import http.server, os
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["ANSWER"].encode())
http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Page).serve_forever()
"""
FRONT = """\
import http.server, os, urllib.request
URL = os.environ["SETTING"]
def heard():
    try:
        return urllib.request.urlopen(URL, timeout=2).read().decode()
    except OSError as error:
        print("cannot ask", URL, "because of:", getattr(error, "reason", error), flush=True)
        return "nobody"
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = os.environ["NAME"] + " > " + heard()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())
http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
"""


class Broken(Scene):
    """A service that asks another one, by a name."""

    @cached_property
    def front(self) -> str:
        return self.name(self.pick("front", ("web", "shop", "gate", "desk")))

    @cached_property
    def back(self) -> str:
        return self.name(self.pick("back", ("stock", "rates", "crew", "tariff")))

    @cached_property
    def port(self) -> int:
        return self.pick("port", (8080, 9000, 7000, 5000))

    @cached_property
    def setting(self) -> str:
        return self.pick("setting", ("BACKEND", "UPSTREAM", "SOURCE_URL"))

    @cached_property
    def answer(self) -> str:
        return self.pick("answer", ("seven berths", "low water at nine", "two pilots on call"))

    @property
    def url(self) -> str:
        return f"http://{self.back}:{self.port}"

    @property
    def network(self) -> str:
        return self.name("net")

    @property
    def page(self) -> str:
        """What the front service has to answer."""
        return f"{self.front} > {self.answer}"

    def serve_back(self, **options: Any) -> None:
        """Run the service that is asked."""
        environment = {"PORT": str(self.port), "ANSWER": self.answer}
        self.run(self.back, IMAGE, ["python", "-c", BACK], environment=environment, init=True, **options)

    def serve_front(self, url: str = "", **options: Any) -> None:
        """Run the service that asks."""
        command = ["python", "-c", FRONT.replace("SETTING", self.setting)]
        environment = {"NAME": self.front, self.setting: url or self.url}
        self.run(self.front, IMAGE, command, environment=environment, init=True, **options)

    def start(self) -> None:
        self.serve_back()
        self.serve_front()
