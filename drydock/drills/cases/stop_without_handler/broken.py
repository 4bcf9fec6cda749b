"""Two services, each of them process 1 itself; one has a handler for SIGTERM, and one has none."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
WORK = """\
import time
number = 0
while True:
    number += 1
    print({deed!r}, number, flush=True)
    time.sleep(0.2)
"""
HANDLER = """\
import signal, sys
def end(*_):
    print({last_words!r}, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
"""
PAIRS = (("crane", "scale"), ("pump", "gauge"), ("clerk", "bell"), ("pilot", "radar"))
DEEDS = ("crates counted:", "ships greeted:", "tides read:", "lamps checked:")


class Broken(Scene):
    """One service is deaf to a stop; the other one hears it."""

    @cached_property
    def both(self) -> tuple[str, ...]:
        return tuple(self.name(word) for word in self.pick("pair", PAIRS))

    @cached_property
    def deaf(self) -> str:
        return self.pick("deaf", self.both)

    @property
    def polite(self) -> str:
        return next(name for name in self.both if name != self.deaf)

    @cached_property
    def last_words(self) -> str:
        return self.pick("last words", ("all ashore", "lights out", "hatches closed"))

    @cached_property
    def deeds(self) -> dict[str, str]:
        """What each of the two says that it does."""
        first = self.pick("deed", range(len(DEEDS)))
        return {name: DEEDS[(first + number) % len(DEEDS)] for number, name in enumerate(self.both)}

    def work(self, name: str) -> str:
        """The program of a service, as far as it is the service's own."""
        return WORK.format(deed=self.deeds[name])

    @property
    def handler(self) -> str:
        """What the polite one has, and the deaf one has not."""
        return HANDLER.format(last_words=self.last_words)

    def serve(self, name: str, program: str, **options: Any) -> None:
        """Run a service in the exec form: a list, and no shell."""
        self.run(name, IMAGE, ["python", "-c", program], **options)

    def start(self) -> None:
        self.serve(self.polite, self.handler + self.work(self.polite))
        self.serve(self.deaf, self.work(self.deaf))
