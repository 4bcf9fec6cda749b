"""A drill under way: its clock, checks and hints, and its end."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from drydock import images
from drydock.checks.report import Report
from drydock.checks.runner import watched
from drydock.cleaning import named
from drydock.client import LabellingClient
from drydock.clocks import minutes
from drydock.drills import clearing
from drydock.drills.drill import Drill
from drydock.drills.eyes import SeeDrill
from drydock.drills.scene import Scene
from drydock.drills.solution import code
from drydock.errors import DrydockError
from drydock.removing import Cleaned
from drydock.text import _

PER_HINT = 60  # s that each hint adds to the time
HINTS = 3
SEEDS = 10**6
TRIES = 20  # at a seed whose names are free


@dataclass
class Practice:
    """One go at a drill."""

    drill: Drill
    scene: Scene
    begun: float = field(default_factory=time.monotonic)
    at: float = field(default_factory=time.time)  # when that was, in seconds of the epoch
    ended: float | None = None
    hints: int = 0
    checks: int = 0
    given_up: bool = False

    @property
    def seconds(self) -> float:
        """The time that counts: on the clock until it passed or was given up, and a minute for each hint."""
        return self.clock + PER_HINT * self.hints

    @property
    def clock(self) -> float:
        """The seconds since its start, or from its start to its end."""
        return (time.monotonic() if self.ended is None else self.ended) - self.begun

    @property
    def reading(self) -> str:
        """The time that counts as text, and what hints added to it."""
        total, added = minutes(self.seconds), minutes(PER_HINT * self.hints)
        return _("{total} (with {added} for hints)").format(total=total, added=added) if self.hints else total

    @property
    def passed(self) -> bool:
        """Whether a check has found that all holds, before the repair was shown."""
        return self.ended is not None and not self.given_up

    @property
    def story(self) -> str:
        """What is reported, and what must hold again, as Markdown."""
        return self.drill.text("Story", self.scene)

    @property
    def solution(self) -> str:
        """The reference repair, and why it is right, as Markdown."""
        return f"{code(self.drill.reference, self.scene)}\n\n{self.drill.text('Why', self.scene)}"

    def check(self) -> Report:
        """Look at the engine; the clock stops when all holds."""
        self.checks += 1
        report = look(self.drill, self.scene)
        if report.passed and self.ended is None:
            self.ended = time.monotonic()
        return report

    def hint(self) -> str:
        """Return the next hint as Markdown, or the last again: only a new one costs."""
        if self.ended is None:
            self.hints = min(self.hints + 1, HINTS)
        return self.drill.text(f"Hint {max(self.hints, 1)}", self.scene)

    def give_up(self) -> str:
        """Return the solution; the clock stops."""
        if self.ended is None:
            self.given_up, self.ended = True, time.monotonic()
        return self.solution

    def theirs(self) -> list[str]:
        """Return what is still there that is called like this set-up's things, whoever has made it."""
        return clearing.theirs(self.scene, self.at)

    def end(self, *, also_theirs: bool = False) -> Cleaned:
        """Remove what the set-up made, and what is called like it where that is wanted."""
        return clearing.clear(self.scene, also_theirs=also_theirs, since=self.at)


def start(client: LabellingClient, drill: Drill, seed: int | None = None) -> Practice:
    """Make a broken set-up, and start the clock.

    Raises DrydockError when its names are taken, or when it can't be made; what it had made is removed then.
    """
    images.need(client, *drill.images)
    scene = free(client, drill, seed)
    before = client.api.labels
    client.api.labels = scene.labels
    try:
        scene.start()
    except Exception as error:
        raise clearing.failure(scene, drill.title, error) from error
    except BaseException:  # interrupted
        clearing.clear(scene, also_theirs=True)
        raise
    finally:
        client.api.labels = before
    return Practice(drill, scene)


def free(client: LabellingClient, drill: Drill, seed: int | None = None) -> Scene:
    """Return a set-up whose names nothing has yet: it will be removed by its names. Raises DrydockError."""
    for _try in range(TRIES if seed is None else 1):
        scene = drill.scene(client, random.randrange(SEEDS) if seed is None else seed)
        taken = named(client, scene.prefix)
        if not taken and not scene.folder.exists():
            return scene
    raise DrydockError(
        _("What this drill would make is there already: {taken}.").format(
            taken=", ".join(taken) or scene.folder
        ),
        _("Nothing was made, and nothing was removed."),
        _("end the drill that has these names, or remove them. Or pick again: another seed has other names."),
    )


def look(drill: Drill, scene: Scene) -> Report:
    """Return what a drill's check sees."""
    see = SeeDrill(scene.client, drill.lesson)
    return watched(see, drill.slug, drill.title, lambda: drill.look(scene, see))
