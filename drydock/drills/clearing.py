"""Take a set-up away again: what it made, what a learner made under its names, and its files."""

from __future__ import annotations

import contextlib
import shutil
import time

from drydock.cleaning import named, remove_labelled, remove_named
from drydock.drills.scene import DRILL, Scene
from drydock.errors import DrydockError
from drydock.explaining import described
from drydock.removing import Cleaned
from drydock.text import _


def clear(scene: Scene, *, also_theirs: bool = False, since: float | None = None) -> Cleaned:
    """Remove what a set-up made; `also_theirs` takes all that is called like it, whoever has made it.

    Its folder stays while it holds something of the learner's: a file that was written after the time `since`.
    """
    done = remove_labelled(scene.client, DRILL, scene.prefix, called=scene.prefix)
    if also_theirs:
        named_too = remove_named(scene.client, scene.prefix, (DRILL, scene.prefix))
        done.kept = named_too.kept  # what could not go before may have gone now
        for kind, count in named_too.removed.items():
            done.removed[kind] = done.removed.get(kind, 0) + count
    if also_theirs or since is None or not edited(scene, since):
        shutil.rmtree(scene.folder, ignore_errors=True)
        if scene.folder.exists():  # a container may have written to it, as another user
            done.kept.append(folder(scene))
    return done


def theirs(scene: Scene, since: float) -> list[str]:
    """Return what is still there that is called like this set-up's things, or made from its images, and its folder if
    somebody wrote to it.
    """
    found = named(scene.client, scene.prefix, (DRILL, scene.prefix))
    return [*found, folder(scene)] if edited(scene, since) else found


def folder(scene: Scene) -> str:
    """Return the set-up's folder in words."""
    return _("folder {path}").format(path=scene.folder)


def edited(scene: Scene, since: float) -> bool:
    """Tell whether something in the set-up's folder was written after `since`, in seconds of the epoch."""
    if time.time() < since:  # the clock was set back, and the times of files say nothing
        return True
    for path in (scene.folder, *scene.folder.rglob("*")):
        with contextlib.suppress(OSError):  # a link to nowhere, or gone meanwhile
            if path.lstat().st_mtime > since:
                return True
    return False


def failure(scene: Scene, title: str, error: Exception) -> DrydockError:
    """Remove what a start that failed had made, and return the error that says so."""
    what = _('The set-up of the drill "{title}" could not be made: {error}').format(
        title=title, error=described(error)
    )
    hint = _(
        "start the drill again. If it fails in the same way: is there space on the engine's disk (`docker system df`)?"
    )
    try:
        # All of these names are the set-up's own: it was not begun while one of them was in use.
        kept = clear(scene, also_theirs=True).kept
    except Exception as again:  # the engine may have gone, and that is why the start failed
        kept = [described(again)]
    if not kept:
        return DrydockError(what, _("All that it had made was removed."), hint)
    state = _("Not all that it had made could be removed: {kept}.").format(kept="; ".join(kept))
    return DrydockError(what, state, _("`drydock clean` removes the rest when the engine answers; then {hint}").format(hint=hint))  # fmt: skip
