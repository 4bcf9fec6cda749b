"""Lessons may be open side by side: what they make on the engine has names of their own."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

SOURCES = sorted((Path(__file__).resolve().parents[1] / "source").glob("[0-9]*.md"))
# In one lesson another kind of object than in the other (on the cluster: in a namespace of its own), or on an engine
# of its own, or an image under tags of its own; and what all use.
NO_CONFLICT = {
    "dd-beacon", "dd-buoy", "dd-cargo", "dd-engine", "dd-ferry", "dd-fleet", "dd-harbour", "dd-harbour-pod", "dd-hull",
    "dd-logbook", "dd-pier", "dd-signal", "dd-talker", "dd-watch", "dd-yard",
}  # fmt: skip


def test_no_two_lessons_use_a_name() -> None:
    lessons = defaultdict(set)
    for file in SOURCES:
        for name in re.findall(r"\bdd-[a-z0-9]+(?:-[a-z0-9]+)*", file.read_text()):
            lessons[name].add(file.name[:2])
    shared = {name: users for name, users in lessons.items() if len(users) > 1}
    assert shared.keys() == NO_CONFLICT, shared
