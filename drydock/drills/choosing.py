"""Which drill comes next: by topic, by level, or by what somebody gets wrong."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence

from drydock.drills.drill import Drill, every, find
from drydock.drills.running import SEEDS
from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.learning.attempts import Attempt
from drydock.levels import LEVELS
from drydock.text import _


def topics() -> dict[str, str]:
    """Return the lessons that have drills, with what they are about: {"06": "lifecycle and limits", …}."""
    lessons = sorted({drill.lesson for drill in every()})
    names = {path.name[:2]: path.stem[3:].replace("_", " ") for path in paths.COURSE.glob("source/*.md")}
    return {lesson: names.get(lesson, "") for lesson in lessons}


def choose(
    past: Sequence[Attempt],
    *,
    slug: str | None = None,
    lesson: str | None = None,
    level: str | None = None,
    wrong: bool = False,
    last: str | None = None,
    rng: random.Random | None = None,
) -> tuple[Drill, int]:
    """Return a drill, and a seed that it has not had yet.

    `past` are the attempts so far, in order. `slug` names the drill, whatever else is asked for. With `wrong`, drills
    that failed come first, then those of lessons in which tasks or drills failed. `last`, or else the drill of the last
    attempt, does not come again while there is another. Raises DrydockError where there is none of that kind.
    """
    rng = rng or random.Random()
    fitting = [d for d in every() if lesson in (None, d.lesson) and level in (None, d.level)]
    found = fitting if slug is None else [find(slug)]
    if not found:
        raise _none(lesson, level)
    last = last or next((a.item for a in reversed(past) if a.kind == "drill"), None)
    found = [d for d in found if d.slug != last] or found
    if wrong:
        found = first(found, past)
    drill = rng.choice(found)
    used = {a.details.get("seed") for a in past if (a.kind, a.item) == ("drill", drill.slug)}
    seed = rng.randrange(SEEDS)
    while seed in used:
        seed = rng.randrange(SEEDS)
    return drill, seed


def first(drills: Sequence[Drill], past: Iterable[Attempt]) -> list[Drill]:
    """Return those drills that somebody needs most, all alike: all, where nothing failed."""
    failed = failing(past)
    lessons = Counter(lesson_of(kind, item) for kind, item in failed)
    needs = [(("drill", drill.slug) in failed, lessons[drill.lesson]) for drill in drills]
    most = max(needs)
    return [drill for drill, need in zip(drills, needs, strict=True) if need == most]


def failing(past: Iterable[Attempt]) -> set[tuple[str, str]]:
    """Return the tasks and drills whose last attempt failed, as (kind, item)."""
    last = {(a.kind, a.item): a.passed for a in past if a.kind in ("drill", "task")}
    return {key for key, passed in last.items() if not passed}


def lesson_of(kind: str, item: str) -> str:
    """Return the lesson of a task such as "06.1", or of a drill; "" for a drill that the course no longer has."""
    if kind == "task":
        return item.partition(".")[0]
    return next((drill.lesson for drill in every() if drill.slug == item), "")


def _none(lesson: str | None, level: str | None) -> DrydockError:
    asked = ", ".join(
        text.format(which)
        for text, which in ((_("lesson {0}"), lesson), (_("level {0}"), level and LEVELS[level]))
        if which is not None
    )
    order = list(LEVELS)
    there = sorted({(drill.lesson, order.index(drill.level)) for drill in every()})
    return DrydockError(
        _("There is no drill of {asked}.").format(asked=asked),
        _("Nothing was picked."),
        _("there are: {kinds}.").format(
            kinds=", ".join(f"{number} {LEVELS[order[place]]}" for number, place in there)
        ),
    )
