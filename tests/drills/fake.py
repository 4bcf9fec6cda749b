"""A drill that needs no engine: what it makes is a list, and its repair puts one more in."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from drydock.drills.drill import Drill
from drydock.drills.scene import Scene

TEXTS = {
    "Story": "> `{scene.web}` is silent.",
    "Hint 1": "Look.",
    "Hint 2": "Look at `{scene.web}`.",
    "Hint 3": "Repair it.",
    "Why": "It was silent as nobody spoke.",
}


class Engine:
    """What is on an engine, for `drydock.cleaning` to list and remove; names of containers alone."""

    def __init__(self) -> None:
        self.labels: dict[str, Mapping[str, str]] = {}
        self.broken: Exception | None = None
        self.api = SimpleNamespace(labels={"before": "1"}, images=lambda filters: [])
        self.containers = SimpleNamespace(list=self._list)
        self.networks = self.volumes = SimpleNamespace(list=lambda filters=None: [])

    def _list(self, filters: Any = None, **_options: Any) -> list[Any]:
        if self.broken:
            raise self.broken
        wanted = [label.split("=", 1) for label in (filters or {}).get("label", [])]
        return [
            SimpleNamespace(
                name=name, labels=labels, attrs={"Image": ""}, remove=lambda n=name, **_o: self.labels.pop(n)
            )
            for name, labels in self.labels.items()
            if all(labels.get(key) == value for key, value in wanted)
        ]


class Silent(Scene):
    """A set-up whose `web` says nothing until it is repaired."""

    fails: Exception | None = None

    @property
    def web(self) -> str:
        return self.name("web")

    def start(self) -> None:
        engine: Any = self.client
        engine.labels[self.web] = dict(engine.api.labels)
        self.write("notes.txt", "quiet\n")
        if self.fails:
            raise self.fails


def repair(scene: Any) -> None:
    """Let it speak."""
    scene.client.labels[scene.name("voice")] = {}


def look(scene: Any, see: Any) -> None:
    voice = scene.name("voice") in scene.client.labels
    see.expect("its voice", expected="heard", actual=voice, holds=voice, hint="It says nothing.")


class FakeDrill(Drill):
    """A drill whose parts stand here, and not in a folder of the course."""

    def _part(self, name: str) -> Any:
        parts = {
            "broken": SimpleNamespace(Broken=Silent),
            "check": SimpleNamespace(check=look),
            "repairs": SimpleNamespace(REFERENCE=repair, OTHERS=(), NEAR_MISSES={}),
        }
        return parts[name]


def drill(slug: str = "silent", lesson: str = "06", level: str = "easy") -> FakeDrill:
    return FakeDrill(slug, f"It is {slug}", lesson, level, ("python:3.13-slim",), TEXTS)
