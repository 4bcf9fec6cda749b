"""A program, and a filter behind it: one of the two, or both, keep what they write."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene

IMAGE = "python:3.13-slim"
PROGRAM = """\
import time

number = 0
while True:
    number += 1
    print(f"{what} {{number}}, at {{time.time():.3f}}")
    time.sleep(0.25)
"""


class Broken(Scene):
    """A service whose lines come in heaps."""

    @cached_property
    def crier(self) -> str:
        return self.name(self.pick("crier", ("crier", "watch", "lookout", "bell")))

    @cached_property
    def what(self) -> str:
        """What is reported in each line."""
        return self.pick("what", ("ship", "gust", "wave", "signal"))

    @cached_property
    def mark(self) -> str:
        """What the filter puts before each line."""
        return self.pick("mark", ("north pier", "east pier", "quay 7", "the mole"))

    @cached_property
    def keeper(self) -> str:
        """Who keeps the lines."""
        return self.pick("keeper", ("the program", "the filter", "both"))

    @property
    def filter(self) -> str:
        return f"sed 's/^/{self.mark}: /'"

    @property
    def filter_at_once(self) -> str:
        return f"sed -u 's/^/{self.mark}: /'"

    def write_program(self, text: str = "") -> None:
        self.write("report.py", text or PROGRAM.format(what=self.what))

    def serve(self, script: str, **options: Any) -> None:
        """Run the service with a script of `sh`, in place of the one that is there."""
        folder = {str(self.folder): {"bind": "/srv", "mode": "ro"}}
        self.run(self.crier, IMAGE, ["sh", "-c", script], volumes=folder, init=True, **options)

    def start(self) -> None:
        self.write_program()
        python = "python -u" if self.keeper == "the filter" else "python"
        behind = self.filter_at_once if self.keeper == "the program" else self.filter
        self.serve(f"{python} /srv/report.py | {behind}")
