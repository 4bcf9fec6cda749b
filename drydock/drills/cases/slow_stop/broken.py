"""A shell is process 1, and the program its child."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
PROGRAM = """\
import signal, sys, time
def end(number, frame):
    print({last_words!r}, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("open", flush=True)
while True:
    time.sleep(1)
"""


class Broken(Scene):
    """A service behind a start script."""

    @cached_property
    def web(self) -> str:
        return self.name(self.pick("web", ("web", "api", "gate", "shop")))

    @cached_property
    def last_words(self) -> str:
        return self.pick("last words", ("all ashore", "lights out", "hatches closed"))

    @cached_property
    def notice(self) -> str:
        return self.pick("notice", ("settings read", "cache is warm", "schema is current"))

    @property
    def program(self) -> str:
        return PROGRAM.format(last_words=self.last_words)

    def serve(self, script: str, **options: Any) -> None:
        """Run the service with a script of `sh`."""
        environment = {"PROGRAM": self.program}
        self.run(self.web, IMAGE, ["sh", "-c", script], environment=environment, **options)

    def start(self) -> None:
        self.serve(f'echo "{self.notice}"; python -c "$PROGRAM"; echo "left"')
