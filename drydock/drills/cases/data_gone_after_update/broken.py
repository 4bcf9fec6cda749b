"""A service writes a file where no volume is mounted."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from docker.models.containers import Container

from drydock.drills.scene import Scene

DOCKERFILE = """\
FROM python:3.13-slim
COPY desk.py /desk.py
WORKDIR {place}
ENV BOOK={place}/book.db
CMD ["python", "/desk.py"]
"""
PROGRAM = """\
import os, signal, sqlite3, sys, time
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit())
book = sqlite3.connect(os.environ["BOOK"], isolation_level=None)
book.execute("CREATE TABLE IF NOT EXISTS {table} (entry TEXT)")
while True:
    number = book.execute("SELECT count(*) FROM {table}").fetchone()[0]
    book.execute("INSERT INTO {table} VALUES (?)", (f"{watch} {{number}}",))
    time.sleep(0.3)
"""
# Somebody's work of today, put in beside the running service.
FILL = """
import os, sqlite3, sys
book = sqlite3.connect(os.environ["BOOK"])
book.execute("CREATE TABLE IF NOT EXISTS {table} (entry TEXT)")
book.executemany("INSERT INTO {table} VALUES (?)", [(entry,) for entry in sys.argv[1:]])
book.commit()
"""


class Broken(Scene):
    """A desk that writes a book."""

    @cached_property
    def desk(self) -> str:
        return self.name(self.pick("desk", ("desk", "office", "counter", "purser")))

    @property
    def image(self) -> str:
        return self.name("image")

    @property
    def volume(self) -> str:
        return self.name("data")

    @cached_property
    def place(self) -> str:
        """The folder that the book lies in."""
        return self.pick("place", ("/srv/harbour", "/var/lib/berths", "/opt/book", "/srv/records"))

    @cached_property
    def elsewhere(self) -> str:
        """Where somebody has mounted a volume that is of no use there; empty if nobody has."""
        return self.pick("elsewhere", ("", "/data", f"{self.place}-data"))

    @cached_property
    def table(self) -> str:
        return self.pick("table", ("calls", "cargo", "berths"))

    @cached_property
    def watch(self) -> str:
        """What the service itself notes."""
        return self.pick("watch", ("tide", "wind", "light"))

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """What people have noted today."""
        return self.pick(
            "entries",
            (
                ("Rainbow moored", "Sirius left", "Astrolabe moored"),
                ("14 barrels of salt", "3 anchors", "40 bales of wool"),
                ("Mary asks for a pilot", "Fortuna pays", "Swan is late"),
            ),
        )

    @property
    def listed(self) -> str:
        return ", ".join(f'"{entry}"' for entry in self.entries)

    def make(self, image: str = "", **options: Any) -> Container:
        """Make the service's container in place of the one that is there; it is not started yet."""
        self.remove(self.desk)
        return self.client.containers.create(image or self.image, name=self.desk, **options)

    def start(self) -> None:
        self.write("Dockerfile", DOCKERFILE.format(place=self.place))
        self.write("desk.py", PROGRAM.format(table=self.table, watch=self.watch))
        self.build(self.image)
        mounted: dict[str, Any] = {}
        if self.elsewhere:
            self.client.volumes.create(self.volume)
            mounted = {self.volume: {"bind": self.elsewhere, "mode": "rw"}}
        desk = self.make(volumes=mounted)
        desk.start()
        filled = desk.exec_run(["python", "-c", FILL.format(table=self.table), *self.entries])
        assert filled.exit_code == 0, filled.output
