"""The example project that grows through the course: a copy to work on, in the learner's own folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from drydock.engine import paths
from drydock.text import _
from drydock.workcopy import set_aside

TEMPLATE = paths.COURSE / "project"
BASE = "base"


def checkout(name: str) -> Path:
    """Return work/`name` with the example project in it; what is there already stays as the learner left it.

    `name` ends with a lesson's number, as in "lesson-05": the copy has what the project has grown to by then.
    """
    folder = paths.work() / name
    if folder.exists():
        print(_("work/{name}: as you left it").format(name=name))
        return folder
    partial = folder.with_name(f".{name}.part")
    shutil.rmtree(partial, ignore_errors=True)  # left by a copy that was interrupted
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    for stage in stages(name[-2:]):
        shutil.copytree(stage, partial, ignore=ignored, dirs_exist_ok=True)
    partial.rename(folder)
    print(_("work/{name}: a new copy of the project").format(name=name))
    return folder


def stages(lesson: str) -> list[Path]:
    """Return the folders that make up the project of a lesson: the base, then what each lesson up to it adds."""
    grown = sorted(path for path in TEMPLATE.iterdir() if path.name.isdigit() and path.name <= lesson)
    return [TEMPLATE / BASE, *grown]


def start_over(name: str) -> Path:
    """Return a new copy in work/`name`; the one that was there moves aside to `name`.old-1, .old-2 and so on."""
    if aside := set_aside(paths.work() / name):
        print(_("work/{old}: what you had").format(old=aside.name))
    return checkout(name)
