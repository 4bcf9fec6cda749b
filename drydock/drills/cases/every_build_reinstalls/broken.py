"""The step that installs the packages comes after the code, and so is new with each edit of the code."""

from __future__ import annotations

from functools import cached_property

from drydock.drills.cases.every_build_reinstalls import wheels
from drydock.drills.scene import Scene

INSTALL = "pip install --no-cache-dir --root-user-action=ignore --no-index --find-links=wheels"
OLD, NEW = "1.0", "1.1"  # versions of the first package: what the folder asks for, and what else is there
PROGRAM = '''\
"""What the office prints each morning."""
import {scene.first}
import {scene.second}

print({scene.first}.say(), {scene.second}.say())
'''
MODULE = """\
__version__ = "{version}"


def say():
    return "{words}"
"""


class Broken(Scene):
    """A folder with a Dockerfile, a program, and the packages that it needs as wheels."""

    @cached_property
    def first(self) -> str:
        return self.pick("first", ("tidetable", "berthplan", "lightlist"))

    @cached_property
    def second(self) -> str:
        return self.pick("second", ("fathoms", "moorings", "windrose"))

    @cached_property
    def program(self) -> str:
        return self.pick("program", ("bulletin.py", "report.py", "notice.py"))

    @cached_property
    def too_early(self) -> str:
        """The instructions with which the code comes before the packages."""
        return self.pick(
            "too early",
            ("COPY . .", f"COPY wheels wheels\nCOPY requirements.txt {self.program} ./"),
        )

    @cached_property
    def words(self) -> tuple[str, str]:
        """What each of the packages says."""
        return (
            self.pick("words", ("high water at nine,", "three berths free,", "all lights lit,")),
            self.pick("more words", ("wind from the west", "two fathoms at the quay", "fog until noon")),
        )

    @property
    def line(self) -> str:
        """What the program prints."""
        return " ".join(self.words)

    def requirements(self, version: str) -> str:
        """Return the content of requirements.txt with a version of the first package."""
        return f"{self.first}=={version}\n{self.second}=={OLD}\n"

    def dockerfile(self, *instructions: str) -> None:
        """Write the Dockerfile with what comes between its base and its command."""
        lines = ["FROM python:3.13-slim", "WORKDIR /app", *instructions, f'CMD ["python", "{self.program}"]']
        self.write("Dockerfile", "\n".join(lines) + "\n")

    def start(self) -> None:
        for name, words in zip((self.first, self.second), self.words, strict=True):
            for version in (OLD, NEW):
                code = MODULE.format(version=version, words=words).encode()
                wheels.write(self.folder / "wheels", name, version, {f"{name}/__init__.py": code})
        self.write("requirements.txt", self.requirements(OLD))
        self.write(self.program, PROGRAM.format(scene=self))
        self.dockerfile(self.too_early, f"RUN {INSTALL} -r requirements.txt")
