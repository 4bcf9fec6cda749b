"""A service that was written for a server: it forks, and the process that was started ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
PORT = 8000
PROGRAM = """\
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
if {option!r} in sys.argv or {variable!r} in os.environ:
    if os.fork():
        print("{word}: started in the background", flush=True)
        os._exit(0)
    os.setsid()
class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        text = {motto!r}.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
server = HTTPServer(("", {port}), Answer)
with open({pid_file!r}, "w") as file:
    file.write(str(os.getpid()))
server.serve_forever()
"""


class Broken(Scene):
    """The service is told to go to the background: by an option, or by a variable."""

    @cached_property
    def word(self) -> str:
        return self.pick("word", ("ferry", "locker", "beacon", "toll"))

    @property
    def service(self) -> str:
        return self.name(self.word)

    @cached_property
    def motto(self) -> str:
        return self.pick("motto", ("next departure: 14:05", "berth 3 is free", "wind from the west"))

    @cached_property
    def option(self) -> str:
        return self.pick("option", ("--daemon", "--background", "--detach"))

    @property
    def variable(self) -> str:
        """The same as the option, from the environment, such as FERRY_DAEMON."""
        return f"{self.word}_{self.option.strip('-')}".upper()

    @cached_property
    def by_variable(self) -> bool:
        return self.pick("place", (True, False))

    @property
    def pid_file(self) -> str:
        """Where the service writes its process number, as a daemon does."""
        return f"/run/{self.word}.pid"

    @property
    def program(self) -> str:
        return PROGRAM.format(
            option=self.option,
            variable=self.variable,
            word=self.word,
            motto=self.motto,
            pid_file=self.pid_file,
            port=PORT,
        )

    def serve(self, *words: str, environment: Mapping[str, str] | None = None, **options: Any) -> None:
        """Run the service itself, with these words after its program."""
        command = ["python", "-c", self.program, *words]
        self.run(self.service, IMAGE, command, environment=environment, **options)

    def in_background(self, **options: Any) -> None:
        """Run the service as the colleague did."""
        words: Sequence[str] = () if self.by_variable else (self.option,)
        self.serve(*words, environment={self.variable: "1"} if self.by_variable else {}, **options)

    def script(self, rest: str, **options: Any) -> None:
        """Send the service to the background with a shell, which then goes on with `rest`."""
        environment = {"PROGRAM": self.program}
        script = (
            f'python -c "$PROGRAM" {self.option}; until [ -s {self.pid_file} ]; do sleep 0.1; done; {rest}'
        )
        self.run(self.service, IMAGE, ["sh", "-c", script], environment=environment, **options)

    def start(self) -> None:
        self.in_background()
