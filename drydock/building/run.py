"""Run a build as one would type it, and show what the builder did."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from drydock import session
from drydock.building import context, log
from drydock.engine.command import no_buildx

DOCKER = (sys.executable, "-m", "drydock.engine.command")


@dataclass(frozen=True, repr=False)
class Build:
    """A build that has ended: what was typed, warnings, its steps, and why it failed, or None."""

    command: str
    warnings: tuple[str, ...]
    steps: tuple[log.Step, ...]
    failure: log.Failure | None
    note: str = ""

    def __str__(self) -> str:
        parts = [f"$ {self.command}", *self.warnings, self.note, *self.steps, self.failure or ""]
        return "\n".join(text for part in parts if (text := str(part)))

    __repr__ = __str__


def build(folder: Path, *arguments: str) -> None:
    """Build a folder's Dockerfile with `docker buildx build`, and print what the builder did.

    `arguments` are a name for the image, if it is to have one, and options of the command line, such as
    "--target=final". The session's labels are added.
    A build that fails prints the Dockerfile's line and the reason; it raises nothing.
    """
    for warning in context.warnings(folder, _dockerfile(folder, arguments)):
        print(warning, flush=True)  # before gigabytes are sent, not after
    print(run(folder, *arguments, warn=False))


def run(folder: Path, *arguments: str, warn: bool = True) -> Build:
    """As `build`, and return what happened.

    Where `docker` has no buildx, our command takes the classic builder; it knows stages, and says itself what it does not know.
    """
    from drydock.client import current

    lesson = getattr(current(), "lesson", "") or None
    labels = [f"--label={key}={value}" for key, value in session.labels(lesson).items()]
    options = tuple(argument for argument in arguments if argument.startswith("-"))
    named = [word for name in arguments if name not in options for word in ("-t", name)]
    modern = _buildx(os.environ.get("PATH", ""), os.environ.get("DOCKER_CONFIG", ""))
    words = ["buildx", "build", "--progress=plain"] if modern else ["build"]
    done = subprocess.run(
        [*DOCKER, *words, *labels, *options, *named, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    shown = ["docker", *(word for word in words if word != "--progress=plain"), *options, *named, str(folder)]
    return Build(
        " ".join(shown).replace(str(folder.parent), "work"),  # as in a terminal in the course's folder
        tuple(context.warnings(folder, _dockerfile(folder, options))) if warn else (),
        tuple(log.steps(done.stdout, _text(_dockerfile(folder, options)))),
        log.failure(done.stdout) if done.returncode else None,
        "" if modern else no_buildx(),
    )


@cache
def _buildx(_path: str, _config: str) -> bool:
    """Tell whether this `docker` has buildx; asked once for each place where it looks for programs and plugins."""
    return subprocess.run([*DOCKER, "buildx", "version"], capture_output=True).returncode == 0


def _dockerfile(folder: Path, arguments: tuple[str, ...]) -> Path:
    given = [argument.partition("=")[2] for argument in arguments if argument.startswith("--file=")]
    return Path(given[-1]) if given else folder / "Dockerfile"


def _text(file: Path) -> str:
    return file.read_text(errors="replace") if file.is_file() else ""
