"""Which drill comes next."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest

from drydock.drills import choosing, running
from drydock.drills.drill import every
from drydock.drills.panel import Drills
from drydock.errors import DrydockError
from drydock.learning import attempts
from drydock.learning.attempts import Attempt
from tests.drills.fake import Engine


def drills(lesson: str) -> set[str]:
    return {drill.slug for drill in every() if drill.lesson == lesson}


def done(slug: str, passed: bool = True, seed: int = 1) -> Attempt:
    return Attempt("drill", slug, passed, details={"seed": seed})


def picks(past: list[Attempt], **kind: object) -> set[str]:
    return {choosing.choose(past, rng=random.Random(n), **kind)[0].slug for n in range(60)}  # type: ignore[arg-type]


def test_by_topic_and_level() -> None:
    assert picks([], lesson="06") == drills("06")
    assert picks([], lesson="06", level="hard") == {"throttled_workers"}
    with pytest.raises(DrydockError, match="no drill of lesson 03, level hard"):
        choosing.choose([], lesson="03", level="hard")


def test_by_name() -> None:
    assert picks([done("slow_stop")], slug="slow_stop", lesson="08", wrong=True) == {"slow_stop"}


def test_never_the_same_twice_in_a_row() -> None:
    assert picks([done("slow_stop")], lesson="06") == drills("06") - {"slow_stop"}
    assert picks([], lesson="06", last="slow_stop") == drills("06") - {"slow_stop"}
    assert picks([done("slow_stop"), Attempt("task", "06.1", True)], lesson="06") == drills("06") - {
        "slow_stop"
    }
    assert picks([done("throttled_workers")], lesson="06", level="hard") == {"throttled_workers"}


def test_a_new_seed_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "SEEDS", 3)
    past = [done("throttled_workers", seed=seed) for seed in (0, 2)]
    seeds = {choosing.choose(past, lesson="06", level="hard", rng=random.Random(n))[1] for n in range(20)}
    assert seeds == {1}


def test_the_same_generator_chooses_the_same() -> None:
    one, two = (choosing.choose([], rng=random.Random(5)) for _time in range(2))
    assert (one[0].slug, one[1]) == (two[0].slug, two[1])


def test_what_somebody_gets_wrong_comes_first() -> None:
    assert picks([Attempt("task", "08.2", False)], wrong=True) == drills("08")
    assert picks([done("slow_stop", False), Attempt("task", "08.2", False)], wrong=True) == drills("08") | (
        drills("06") - {"slow_stop"}
    )
    assert picks([done("slow_stop", False), done("late_logs")], wrong=True) == {"slow_stop"}
    fails = [Attempt("task", "06.1", False), Attempt("task", "06.2", False), Attempt("task", "08.2", False)]
    assert picks(fails, wrong=True) == drills("06")


def test_what_was_wrong_once_and_is_right_now_does_not_come_first() -> None:
    past = [Attempt("task", "08.2", False), Attempt("task", "08.2", True)]
    assert picks(past, wrong=True) == picks([])
    assert picks([Attempt("question", "08.q", False)], wrong=True) == picks([], wrong=True)


def test_a_drill_that_the_course_no_longer_has() -> None:
    assert picks([done("sunk", False)], wrong=True, lesson="06") == drills("06")


def test_the_topics_have_names() -> None:
    assert choosing.topics()["06"] == "lifecycle and limits"
    assert all(choosing.topics().values())


def test_the_chooser_shows_a_drill_of_the_kind(engine: Engine) -> None:
    attempts.add(done("slow_stop"))
    chooser = Drills(engine, random.Random(3))  # type: ignore[arg-type]
    chooser.topic.value = "06"
    seen = []
    for _time in range(12):
        chooser.pick()
        assert chooser.panel is not None and chooser.place.children == (chooser.panel,)
        seen.append(chooser.panel.drill.slug)
    assert set(seen) <= drills("06") and seen[0] != "slow_stop"
    assert all(one != two for one, two in pairwise(seen))
    assert not engine.labels, "nothing is made before a start"
    chooser.topic.value, chooser.level.value = "03", "hard"
    chooser.pick()
    assert "no drill of lesson 03" in chooser.note.value
    chooser.drill.value = "slow_stop"
    chooser.pick()
    assert chooser.panel.drill.slug == "slow_stop" and chooser.note.value == ""


def test_the_chooser_says_that_nothing_is_wrong(engine: Engine) -> None:
    chooser = Drills(engine)  # type: ignore[arg-type]
    chooser.wrong.value = True
    chooser.pick()
    assert chooser.panel is not None and "has failed: this may be any drill" in chooser.note.value
    attempts.add(done("slow_stop", False))
    chooser.pick()
    assert chooser.note.value == ""


def test_a_progress_file_that_can_not_be_read_is_no_reason_not_to_practise(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DRYDOCK_PROGRESS", str(tmp_path))  # a folder
    chooser = Drills(engine)  # type: ignore[arg-type]
    chooser.pick()
    assert chooser.panel is not None and chooser.note.value


def test_a_free_set_up_is_looked_for(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    drill = every()[0]
    taken = drill.scene(engine, 7).name("mine")  # type: ignore[arg-type]
    engine.labels[taken] = {}
    seeds = iter((7, 7, 8))
    monkeypatch.setattr(running.random, "randrange", lambda _end: next(seeds))
    assert running.free(engine, drill).seed == 8  # type: ignore[arg-type]
    with pytest.raises(DrydockError, match=taken):
        running.free(engine, drill, 7)  # type: ignore[arg-type]
