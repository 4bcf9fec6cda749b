"""One of two services says much, and nothing limits its log; what earlier builds have left has no name."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from docker.types import LogConfig

from drydock.drills.scene import DRILL, Scene

IMAGE = "python:3.13-slim"
JOURNAL = "/journal"
CARGO = 4  # MB in each image that has no name
SHORT, LONG = 3, 3000  # lines of 1 kB that a service prints at its start
PROGRAM = """\
import os, time
path = "/journal/" + os.environ["WHO"]
for _ in range(int(os.environ["BURST"])):
    print("reading the settings once more,", "and again " * 97)
number = sum(1 for line in open(path)) if os.path.exists(path) else 0
while True:
    number += 1
    with open(path, "a") as journal:
        print(number, os.environ["ENTRY"], file=journal)
    print("entry", number, "is written", flush=True)
    time.sleep(0.2)
"""


class Broken(Scene):
    """Two services with a journal, an image that is kept, and some that nobody knows."""

    @cached_property
    def words(self) -> tuple[str, str]:
        """The services: the one that says much, and the other."""
        one, other = self.pick("services", (("radio", "beacon"), ("ferry", "sluice"), ("mail", "tolls")))
        return (one, other) if self.pick("who", (True, False)) else (other, one)

    @property
    def chatty(self) -> str:
        return self.name(self.words[0])

    @property
    def quiet(self) -> str:
        return self.name(self.words[1])

    @property
    def both(self) -> list[str]:
        """The services' names, in an order that tells nothing."""
        return sorted((self.chatty, self.quiet))

    @cached_property
    def volume(self) -> str:
        return self.name(self.pick("volume", ("journal", "logbook", "register")))

    @cached_property
    def kept(self) -> str:
        """The image of the release before, which no container uses."""
        return self.name(self.pick("kept", ("fallback", "previous", "rollback"))) + ":latest"

    @cached_property
    def entry(self) -> str:
        return self.pick("entry", ("all is well", "nothing to report", "calm sea"))

    @cached_property
    def first(self) -> str:
        """What the journal begins with, from before the set-up."""
        return f"1 opened {self.pick('first', ('at dawn', 'in a gale', 'by the harbour master'))}"

    @cached_property
    def left(self) -> int:
        """How many images have no name."""
        return self.pick("left", (2, 3))

    @cached_property
    def no_limit(self) -> dict[str, str]:
        """The options of the log that grows: none, or a limit that is none in practice."""
        return self.pick("no limit", ({}, {"max-size": "20g"}))

    @property
    def label(self) -> str:
        """The label of what this set-up has made."""
        return f"{DRILL}={self.prefix}"

    def serve(self, word: str, lines: int, **options: Any) -> None:
        """Run one of the services, in place of the one that there is."""
        environment = {"WHO": word, "ENTRY": self.entry, "BURST": str(lines)}
        self.run(
            self.name(word),
            IMAGE,
            ["python", "-c", PROGRAM],
            environment=environment,
            volumes={self.volume: {"bind": JOURNAL, "mode": "rw"}},
            init=True,
            **options,
        )

    def start(self) -> None:
        self.client.volumes.create(self.volume)
        script = f"printf '%s\\n' '{self.first}' '2 {self.entry}' > {JOURNAL}/{self.words[0]}"
        mount = {self.volume: {"bind": JOURNAL, "mode": "rw"}}
        self.client.containers.run(IMAGE, ["sh", "-c", script], volumes=mount, remove=True)
        self.leave_images()
        self.serve(self.words[0], LONG, log_config=LogConfig(type="json-file", config=self.no_limit))
        limited = LogConfig(type="json-file", config={"max-size": "1m", "max-file": "2"})
        self.serve(self.words[1], SHORT, log_config=limited)

    def leave_images(self) -> None:
        """Make what builds leave behind: images without a name, and one that is kept."""
        yard = self.run(self.name("yard"), IMAGE, ["sleep", "60"], init=True)
        labels = [f"LABEL {key}={value}" for key, value in self.labels.items()]
        names: list[str | None] = [*[None] * self.left, self.kept.removesuffix(":latest")]
        for name in names:
            yard.exec_run(["sh", "-c", f"head -c {CARGO}000000 /dev/urandom > /cargo"])
            yard.commit(name, "latest" if name else None, changes=labels)
        self.remove(self.name("yard"))
