"""A copy of the folder is built, once more after an edit of the code, and again after one of requirements.txt."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from drydock.checks.see import See
from drydock.drills.cases.every_build_reinstalls.broken import NEW, Broken
from drydock.text import _

# At the top of the program: which code runs, with which version, and when the packages were installed.
LOOK = (
    "import os, {scene.first}, {scene.second}; print({mark!r}, {scene.first}.__version__, "
    "*[int(os.stat(m.__file__).st_mtime) for m in ({scene.first}, {scene.second})])\n"
)


def check(scene: Broken, see: See) -> None:
    names = ("Dockerfile", "requirements.txt", scene.program)
    missing = [name for name in names if not (scene.folder / name).is_file()]
    see.require(
        _("the folder's files"),
        _("all there"),
        _("missing: {names}").format(names=", ".join(missing)) if missing else _("all there"),
        not missing,
        _("The folder keeps its Dockerfile, its list of packages, and its program."),
    )
    with tempfile.TemporaryDirectory() as temporary:
        context = Path(shutil.copytree(scene.folder, Path(temporary) / "context", symlinks=True))
        _version, *before = built(scene, see, context, _("the image built from the folder"))
        time.sleep(1.1)  # layers keep whole seconds: what is installed again must get another one
        _version, *after = built(scene, see, context, _("the image built after an edit of the program"))
        see.require(
            _("the packages before and after that edit"),
            _("installed once"),
            _("installed once") if before == after else _("installed twice"),
            before == after,
            _(
                "One step that is new makes each later step new. Which of them does an edit of the code change?"
            ),
        )
        (context / "requirements.txt").write_text(scene.requirements(NEW))
        version = built(scene, see, context, _("the image built after an edit of requirements.txt"))[0]
    see.expect(
        _("version of the package for which requirements.txt asks for another one"),
        expected=NEW,
        actual=version,
        holds=version == NEW,
        hint=_("The step that installs must depend on the list of packages, and on it alone."),
    )


def built(scene: Broken, see: See, context: Path, what: str) -> list[str]:
    """Edit the program, build the folder, and return the first package's version and when each was installed."""
    mark = f"edit {time.time_ns()}"  # never the same: a whole image from the cache would have older times
    code = (scene.folder / scene.program).read_text()
    (context / scene.program).write_text(LOOK.format(scene=scene, mark=mark) + code)
    with see.built(context) as image:
        _code, text = see.probe(image, [])
    lines = text.splitlines() or [_("nothing")]
    found = next((line.removeprefix(mark).split() for line in lines if line.startswith(mark)), [])
    complete = len(found) == 3 and scene.line in lines
    works = _("runs the newest code, and prints its line")
    see.require(
        what,
        works,
        works if complete else lines[-1],
        complete,
        _("The code must be in the image as it is in the folder, and find both packages."),
    )
    return found
