"""A drill: a folder with its story and hints, its set-up, its check, and repairs that are right and others that are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import yaml

from drydock.client import LabellingClient
from drydock.drills.scene import Scene
from drydock.errors import DrydockError
from drydock.text import _

CASES = "drydock.drills.cases"
SECTIONS = ("Story", "Hint 1", "Hint 2", "Hint 3", "Why")
Repair = Callable[[Any], None]  # takes the drill's own Scene


@dataclass(frozen=True)
class Drill:
    """What a learner picks: texts are templates, with `{scene.…}` where a scene puts its own."""

    slug: str
    title: str
    lesson: str
    level: str
    images: tuple[str, ...]
    texts: Mapping[str, str]

    def scene(self, client: LabellingClient, seed: int) -> Scene:
        """Return a set-up of this drill; nothing is made yet."""
        made = self._part("broken").Broken(client, self.slug, seed)
        assert isinstance(made, Scene)
        return made

    def text(self, section: str, scene: Scene) -> str:
        """Return a section of its text, as Markdown, for one set-up."""
        return self.texts[section].format(scene=scene)

    @property
    def look(self) -> Callable[[Any, Any], None]:
        """The check: takes the scene, and what it sees with."""
        found: Callable[[Any, Any], None] = self._part("check").check
        return found

    @property
    def reference(self) -> Repair:
        """The repair that is shown to who gives up."""
        found: Repair = self._part("repairs").REFERENCE
        return found

    @property
    def others(self) -> tuple[Repair, ...]:
        """Repairs by another mechanism."""
        return tuple(self._part("repairs").OTHERS)

    @property
    def near_misses(self) -> Mapping[str, tuple[Repair, str]]:
        """What does not count: a repair, and the first observation that does not hold then."""
        found: Mapping[str, tuple[Repair, str]] = self._part("repairs").NEAR_MISSES
        return found

    def _part(self, name: str) -> Any:
        return import_module(f"{CASES}.{self.slug}.{name}")


@cache
def every() -> tuple[Drill, ...]:
    """Return all drills, by lesson and title."""
    path = import_module(CASES).__path__
    found = [read(Path(path[0]) / module.name) for module in iter_modules(path)]
    return tuple(sorted(found, key=lambda drill: (drill.lesson, drill.title)))


def find(slug: str) -> Drill:
    """Return a drill by its folder's name. Raises DrydockError with the names that there are."""
    for drill in every():
        if drill.slug == slug:
            return drill
    raise DrydockError(
        _("There is no drill {slug!r}.").format(slug=slug),
        _("Nothing was started."),
        _("the drills are {slugs}.").format(slugs=", ".join(drill.slug for drill in every())),
    )


def read(folder: Path) -> Drill:
    """Return a folder's drill. Raises ValueError where a part of its text is missing."""
    _before, head, body = (folder / "drill.md").read_text().split("---\n", 2)
    parts = re.split(r"^# (.+)\n", body, flags=re.MULTILINE)[1:]
    texts = {title: text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}
    if tuple(texts) != SECTIONS:
        raise ValueError(f"{folder.name}/drill.md has the sections {', '.join(texts)}")
    about = yaml.safe_load(head)
    return Drill(folder.name, about["title"], about["lesson"], about["level"], tuple(about["images"]), texts)
