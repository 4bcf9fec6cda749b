"""The example project that grows through the course: a copy to work on, in the learner's own folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from drydock.engine import paths
from drydock.text import _
from drydock.workcopy import set_aside

TEMPLATE = paths.COURSE / "project"
BASE = "base"
USUAL = 1000  # the number of the first user on most Linux systems


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


def hand_over(folder: Path) -> tuple[int, int]:
    """Return the numbers of a folder's owner and group; what is root's is given to a usual user first, number 1000.

    A notebook that runs as root then shows what others see: a folder that is not root's.
    """
    if folder.stat().st_uid == 0 and os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, USUAL, USUAL, follow_symlinks=False)
        print(
            _("work/{name}: given to user {number}, as you are root").format(name=folder.name, number=USUAL)
        )
    owner = folder.stat()
    return owner.st_uid, owner.st_gid


def stages(lesson: str) -> list[Path]:
    """Return the folders that make up the project of a lesson: the base, then what each lesson up to it adds."""
    grown = sorted(path for path in TEMPLATE.iterdir() if path.name.isdigit() and path.name <= lesson)
    return [TEMPLATE / BASE, *grown]


def start_over(name: str) -> Path:
    """Return a new copy in work/`name`; the one that was there moves aside to `name`.old-1, .old-2 and so on."""
    if aside := set_aside(paths.work() / name):
        print(_("work/{old}: what you had").format(old=aside.name))
    return checkout(name)
