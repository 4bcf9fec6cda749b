"""What a build context holds that nobody wants to send."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docker.utils.build import PatternMatcher

from drydock.text import _

LARGE = 100_000_000  # bytes; a file of this size in a context is a mistake more often than not


def warnings(folder: Path, dockerfile: Path) -> list[str]:
    """Return a sentence for each large file that `COPY . .` would send to the engine.

    Source: Dockerfile reference, .dockerignore; `NAME.dockerignore` beside a Dockerfile comes first.
    """
    return [
        _(
            "Warning: {path} has {size:.1f} GB, and is sent to the engine if a COPY takes it along. "
            "If the image does not need it, write {path} into .dockerignore."
        ).format(path=path, size=size / 1e9)
        for path, size in _files(folder, _ignored(folder, dockerfile))
        if size >= LARGE
    ]


def _files(folder: Path, ignored: Any) -> Iterator[tuple[str, int]]:
    for place, folders, names in os.walk(folder):  # it does not follow links, so a loop ends nothing
        folders.sort()
        for name in sorted(names):
            file = Path(place) / name
            path = file.relative_to(folder).as_posix()
            if file.is_file() and not file.is_symlink() and not ignored.matches(path):
                yield path, file.stat().st_size


def _ignored(folder: Path, dockerfile: Path) -> Any:  # its stubs know paths, and it wants text
    own, shared = dockerfile.with_name(f"{dockerfile.name}.dockerignore"), folder / ".dockerignore"
    file = own if own.is_file() else shared
    lines = file.read_text(errors="replace").splitlines() if file.is_file() else []
    return PatternMatcher([line.strip() for line in lines if line.strip() and not line.startswith("#")])
