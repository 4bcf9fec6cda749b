"""A service with a new user number, and a volume from the time before."""

from __future__ import annotations

import shlex
from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
ENTRIES = (
    ("Rainbow, 1720", "Sirius, 1721", "Astrolabe, 1722"),
    ("Swan, 12 feet", "Heron, 9 feet", "Curlew, 15 feet"),
    ("Monday, calm", "Tuesday, fog", "Wednesday, gale"),
)
PROGRAM = """\
import os, time
number = 0
while True:
    number += 1
    try:
        with open("{data}/latest.new", "w") as file:
            print("entry", number, file=file)
        os.replace("{data}/latest.new", "{data}/latest")
        with open("{data}/{book}", "a") as file:
            print("entry", number, file=file)
    except OSError as error:
        print(error, flush=True)
    time.sleep(0.5)
"""


class Broken(Scene):
    """A service that adds lines to one file of a volume, and makes another one anew each time."""

    @cached_property
    def app(self) -> str:
        return self.name(self.pick("app", ("clerk", "logger", "meter", "watch")))

    @property
    def volume(self) -> str:
        return self.name("data")

    @cached_property
    def data(self) -> str:
        """Where the volume lies in the container."""
        return self.pick("data", ("/data", "/var/lib/harbour", "/srv/books"))

    @cached_property
    def book(self) -> str:
        return self.pick("book", ("journal", "register", "log.txt"))

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """What the book has from the time before."""
        return self.pick("entries", ENTRIES)

    @cached_property
    def number(self) -> int:
        """The service's user and group."""
        return self.pick("number", (10001, 10002, 20001))

    @cached_property
    def former(self) -> int:
        """The user and group that the service had before."""
        return self.pick("former", (0, 999, 1000))

    @cached_property
    def fault(self) -> str:
        """What belongs to the former user: somebody may have repaired a part."""
        return self.pick("fault", ("the folder", "the book", "both"))

    def once(self, script: str, **mounts: str) -> None:
        """Run a script of `sh` as root, with the volume in its place, and other volumes at `/` and a name."""
        volumes = {self.volume: {"bind": self.data}}
        volumes |= {volume: {"bind": f"/{name}"} for name, volume in mounts.items()}
        once, command = self.name("once"), ["sh", "-ec", script]
        self.client.containers.run(IMAGE, command, name=once, user="0", volumes=volumes, remove=True)

    def serve(self, **options: Any) -> None:
        """Run the service; `options` may have another user or volume."""
        command = ["python", "-c", PROGRAM.format(data=self.data, book=self.book)]
        usual: dict[str, Any] = {
            "user": f"{self.number}:{self.number}",
            "volumes": {self.volume: {"bind": self.data}},
        }
        self.run(self.app, IMAGE, command, init=True, **{**usual, **options})

    def start(self) -> None:
        self.client.volumes.create(self.volume)
        book, lines = f"{self.data}/{self.book}", shlex.join(self.entries)
        theirs = {"the folder": self.data, "the book": book, "both": f"-R {self.data}"}[self.fault]
        self.once(
            f"printf '%s\\n' {lines} > {book}; echo none > {self.data}/latest; "
            f"chmod 755 {self.data}; chmod 644 {self.data}/*; "
            f"chown -R {self.number}:{self.number} {self.data}; chown {self.former}:{self.former} {theirs}"
        )
        self.serve()
