"""A drill's set-up on the engine: what it is made of follows from a seed, so that no two are learnt by heart."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from docker.errors import APIError, NotFound
from docker.models.containers import Container

from drydock import session
from drydock.client import LabellingClient
from drydock.engine import paths

T = TypeVar("T")
DRILL = "dev.drydock.drill"  # the label of what a set-up makes: its prefix
WORDS = [
    "amber",
    "brisk",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "gull",
    "heron",
    "inlet",
    "jetty",
    "kelp",
    "lagoon",
    "mast",
    "north",
    "otter",
    "pilot",
    "quay",
    "reef",
    "sloop",
    "tide",
]


class Scene:
    """A broken set-up. Each drill has a subclass, whose properties are what differs from seed to seed.

    All that it makes, and what a repair puts in its place, is called as `name` says.
    """

    def __init__(self, client: LabellingClient, slug: str, seed: int) -> None:
        self.client, self.slug, self.seed = client, slug, seed

    def pick(self, what: str, choices: Sequence[T]) -> T:
        """Return one of `choices`: always the same for this drill, seed, and `what`."""
        return random.Random(f"{self.slug} {self.seed} {what}").choice(choices)

    @cached_property
    def prefix(self) -> str:
        """What the names of this set-up begin with, such as "dd-kelp-37-"."""
        return f"dd-{self.pick('word', WORDS)}-{self.pick('number', range(10, 100))}-"

    def name(self, word: str) -> str:
        """Return the name of one of its things."""
        return self.prefix + word

    @cached_property
    def folder(self) -> Path:
        """The set-up's files, where the learner may edit them."""
        return paths.work() / "drills" / self.prefix.strip("-").removeprefix("dd-")

    @property
    def labels(self) -> dict[str, str]:
        """The labels of what the set-up makes: `client` puts them on while it starts, the docker command does not."""
        return {**session.labels("drill"), DRILL: self.prefix}

    def docker(self, *words: str) -> str:
        """Run the docker command, and return what it prints. Raises CalledProcessError, with `stderr`, if it fails."""
        command = [sys.executable, "-m", "drydock.engine.command", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    def run(self, name: str, image: str, command: list[str] | None = None, **options: Any) -> Container:
        """Run a container in the background, in place of one that has this name; `options` are docker-py's."""
        self.remove(name)
        made = self.client.containers.run(image, command, name=name, detach=True, **options)
        assert isinstance(made, Container)
        return made

    def build(self, tag: str, *options: str) -> None:
        """Build the Dockerfile in the set-up's folder with BuildKit."""
        labels = [f"--label={key}={value}" for key, value in self.labels.items()]
        self.docker("build", "--quiet", *labels, *options, "-t", tag, str(self.folder))

    def write(self, name: str, text: str) -> Path:
        """Write a file of the set-up's folder, and return it."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def start(self) -> None:
        """Make the broken set-up."""
        raise NotImplementedError

    def remove(self, *names: str) -> None:
        """Remove containers, as a repair does before it makes them anew."""
        for name in names:
            try:
                self.client.containers.get(name).remove(force=True)
            except NotFound:
                pass
            except APIError as error:
                if "already in progress" not in str(error):
                    raise
