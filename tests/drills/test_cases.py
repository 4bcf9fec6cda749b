"""What holds for every drill's folder, without an engine."""

from __future__ import annotations

import inspect
import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from drydock import images
from drydock.drills.drill import SECTIONS, Drill, every, find, read
from drydock.drills.solution import code
from drydock.errors import DrydockError
from drydock.levels import LEVELS
from tests.drills.harness import FILES, FULL, MORE

SEEDS = (FULL, *MORE)
EACH = pytest.mark.parametrize("drill", [pytest.param(d, id=d.slug) for d in every()])
NO_ENGINE: Any = None


def test_all_scenarios_are_there_and_proved() -> None:
    assert len(every()) >= 22
    assert sorted(chain.from_iterable(FILES.values())) == sorted({drill.lesson for drill in every()})
    assert {path.name for path in Path(__file__).parent.glob("test_drills_*.py")} == set(FILES)


def test_no_two_proofs_use_the_same_names() -> None:
    prefixes = [drill.scene(NO_ENGINE, seed).prefix for drill in every() for seed in SEEDS]
    assert len(set(prefixes)) == len(prefixes)


@EACH
def test_its_texts_are_filled_in_for_any_seed(drill: Drill) -> None:
    assert drill.level in LEVELS and set(drill.images) <= set(images.ALL)
    for seed in range(12):
        scene = drill.scene(NO_ENGINE, seed)
        for section in SECTIONS:
            text = drill.text(section, scene)
            assert text and "{scene" not in text


@EACH
def test_another_seed_is_another_set_up(drill: Drill) -> None:
    stories = {drill.text("Story", drill.scene(NO_ENGINE, seed)) for seed in range(12)}
    assert len(stories) == 12
    again = [drill.text("Story", drill.scene(NO_ENGINE, 5)) for _time in range(2)]
    assert again[0] == again[1]


@EACH
def test_repairs_are_functions_of_the_scene(drill: Drill) -> None:
    misses = [miss for miss, _what in drill.near_misses.values()]
    assert len(drill.others) >= 1 and len(set(misses)) >= 3
    for repair in (drill.reference, *drill.others, *misses):
        assert len(inspect.signature(repair).parameters) == 1
    assert inspect.getdoc(drill.reference), "it is shown to those who give up"


@EACH
def test_a_shown_repair_has_what_it_calls(drill: Drill) -> None:
    scene = drill.scene(NO_ENGINE, 1)
    shown = code(drill.reference, scene)
    compile(shown.partition("```python\n")[2].partition("```")[0], drill.slug, "exec")
    own = {name for name, value in vars(type(scene)).items() if inspect.isfunction(value)}
    called = own & set(re.findall(r"scene\.(\w+)\(", inspect.getsource(drill.reference)))
    assert all(f"def {name}(" in shown for name in called)
    assert called or re.search(r"scene\.(client|write|run|build)\b", shown), "it would say nothing"


def test_an_unknown_drill_is_named_with_those_there_are() -> None:
    with pytest.raises(DrydockError, match="There is no drill 'sunk'") as caught:
        find("sunk")
    assert "slow_stop" in caught.value.hint


def test_a_folder_whose_text_lacks_a_part(tmp_path: Path) -> None:
    (tmp_path / "drill.md").write_text("---\ntitle: x\n---\n# Story\nx\n# Hint 1\nx\n")
    with pytest.raises(ValueError, match="has the sections Story, Hint 1"):
        read(tmp_path)
