"""A web service, published, whose program listens on the loopback."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drydock.drills.asking import LOOPBACK
from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
PROGRAM = """\
import argparse, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
parser = argparse.ArgumentParser()
parser.add_argument({option!r}, dest="address", default=os.environ.get({variable!r}, "0.0.0.0"))
address = parser.parse_args().address
class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        text = {motto!r}.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
server = ThreadingHTTPServer((address, {port}), Answer)
print("listening, port {port}, address", address, flush=True)
server.serve_forever()
"""


class Broken(Scene):
    """An option or a variable makes the program listen on 127.0.0.1."""

    @cached_property
    def word(self) -> str:
        return self.pick("word", ("board", "chart", "mail", "notice"))

    @property
    def service(self) -> str:
        return self.name(self.word)

    @cached_property
    def motto(self) -> str:
        return self.pick("motto", ("three ships today", "the bar is open", "fog until noon"))

    @cached_property
    def port(self) -> int:
        """Where the program listens in its container."""
        return self.pick("port", range(20000, 30000))

    @cached_property
    def option(self) -> str:
        return self.pick("option", ("--host", "--bind", "--listen"))

    @property
    def variable(self) -> str:
        """The same as the option, from the environment, such as BOARD_HOST."""
        return f"{self.word}_{self.option.strip('-')}".upper()

    @cached_property
    def by_variable(self) -> bool:
        return self.pick("place", (True, False))

    @property
    def program(self) -> str:
        return PROGRAM.format(option=self.option, variable=self.variable, motto=self.motto, port=self.port)

    def serve(self, address: str = "", at: str = LOOPBACK, **options: Any) -> None:
        """Run the service: it is told to listen on `address`, if any, and published on the host's address `at`."""
        words = [self.option, address] if address and not self.by_variable else []
        environment = {self.variable: address} if address and self.by_variable else {}
        if "network_mode" not in options:
            options["ports"] = {f"{self.port}/tcp": (at, None)}
        self.run(
            self.service, IMAGE, ["python", "-c", self.program, *words], environment=environment, **options
        )

    def start(self) -> None:
        self.serve(LOOPBACK)
