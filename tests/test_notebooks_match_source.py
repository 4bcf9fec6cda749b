"""The committed notebooks are what source/ gives; `python -m tools.lessons` makes them."""

from __future__ import annotations

from pathlib import Path

from tools.lessons.run import Course, differences

ROOT = Path(__file__).resolve().parents[1]


def test_notebooks_match_source() -> None:
    wrong = [str(path.relative_to(ROOT)) for path in differences(Course(ROOT))]
    assert not wrong, f"run `python -m tools.lessons`; these differ from source/: {', '.join(wrong)}"
