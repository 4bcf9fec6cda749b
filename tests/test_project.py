"""The learner's copies of the example project, and where everything of theirs is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drydock import images, project
from drydock.engine import paths


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path))
    return tmp_path


def test_a_copy_stays_as_the_learner_left_it(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / ".lesson-04.part").mkdir()  # left by a copy that was interrupted
    folder = project.checkout("lesson-04")
    assert (folder / "app.py").read_bytes() == (paths.COURSE / "project/base/app.py").read_bytes()
    (folder / "app.py").write_text("mine")
    assert project.checkout("lesson-04") == folder
    assert (folder / "app.py").read_text() == "mine"
    assert (
        capsys.readouterr().out
        == "work/lesson-04: a new copy of the project\nwork/lesson-04: as you left it\n"
    )
    assert [path.name for path in work.iterdir()] == ["lesson-04"]


def test_starting_over_keeps_what_was_there(work: Path) -> None:
    for _ in range(2):
        (project.checkout("exercise-04") / "app.py").write_text("mine")
        assert (project.start_over("exercise-04") / "app.py").read_text() != "mine"
    assert [(work / f"exercise-04.old-{n}/app.py").read_text() for n in (1, 2)] == ["mine", "mine"]


def test_the_project_grows_from_lesson_to_lesson(
    work: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path_factory.mktemp("project")
    for stage, files in {"base": "ab", "05": "bc", "07": "cd"}.items():
        (template / stage).mkdir()
        for file in files:
            (template / stage / file).write_text(stage)
    monkeypatch.setattr(project, "TEMPLATE", template)
    seen = {
        name: {file.name: file.read_text() for file in project.checkout(name).iterdir()}
        for name in ("lesson-04", "lesson-06", "exercise-07")
    }
    assert seen == {
        "lesson-04": {"a": "base", "b": "base"},
        "lesson-06": {"a": "base", "b": "05", "c": "05"},
        "exercise-07": {"a": "base", "b": "05", "c": "07", "d": "07"},
    }


def test_the_list_of_images_is_what_the_lessons_ask_for() -> None:
    for source in sorted((paths.COURSE / "source").glob("*.md")):
        asked = re.findall(r"drydock\.need\(client, (.+)\)", source.read_text())
        named = {reference for line in asked for reference in re.findall(r'"([^"]+)"', line)}
        assert named == set(images.LESSONS[source.name[:2]]), source.name
