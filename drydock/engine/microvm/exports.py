"""The learner's folders in the machine, at the same paths, so that bind mounts find them."""

from __future__ import annotations

from pathlib import Path

from drydock.engine import paths
from drydock.engine.microvm.machine import Export


def folders() -> list[Export]:
    """Return the learner's home and the course's folder: always two, as devices belong to a saved state."""
    return [Export("home", _shareable(Path.home())), Export("course", _shareable(paths.COURSE))]


def _shareable(folder: Path) -> Path:
    """Return the folder, or an empty one of ours for one that is not there, or is the machine's own root."""
    if folder.is_dir() and folder != Path("/"):
        return folder
    empty = paths.machine() / "empty"
    empty.mkdir(exist_ok=True)
    return empty
