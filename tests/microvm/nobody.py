"""Run Python as somebody with no rights: another user, no capabilities, no way to gain one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NOBODY = 65534
# Bind what has to be seen at a place of its own, cover the folders that keep others out, and bind it back.
UNCOVER = """set -e
stage=$(mktemp -d /run/uncover.XXXXXX)
count=$1; shift
for i in $(seq "$count"); do
    mkdir "$stage/$i"; mount --bind "$1" "$stage/$i"; echo "$1" > "$stage/$i.path"; shift
done
covers=$1; shift
for i in $(seq "$covers"); do mount -t tmpfs -o mode=755 tmpfs "$1"; shift; done
for i in $(seq "$count"); do
    path=$(cat "$stage/$i.path"); mkdir -p "$path"; mount --bind "$stage/$i" "$path"
done
exec "$@"
"""


def command(seen: Sequence[Path], words: Sequence[str], user: int = NOBODY) -> list[str]:
    """Return the command line that runs `words` as `user`, who can also read the folders `seen`. It needs root."""
    covers = {folder: cover for folder in seen if (cover := closed(folder)) is not None}
    hidden = sorted({str(cover) for cover in covers.values()})
    rights = [
        f"--reuid={user}",
        f"--regid={user}",
        "--clear-groups",
        "--bounding-set=-all",
        "--inh-caps=-all",
        "--no-new-privs",
    ]
    return [
        *("unshare", "--mount", "--propagation", "private", "sh", "-c", UNCOVER, "uncover"),
        *(str(len(covers)), *map(str, covers), str(len(hidden)), *hidden),
        *("setpriv", *rights, *words),
    ]


def closed(folder: Path) -> Path | None:
    """Return the first folder on the way to `folder` that others may not enter, or None."""
    for place in [*reversed(folder.parents), folder]:
        if not place.stat().st_mode & 0o001:
            return place
    return None


def python(
    seen: Sequence[Path], code: str, home: Path, user: int = NOBODY, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run Python code as `user` with a home folder, and the environment variables in `more`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "LANG") or name.endswith(("_CERT", "_FILE", "_BUNDLE"))
    }
    environment = {**kept, "HOME": str(home), "USER": "learner", "PYTHONDONTWRITEBYTECODE": "1", **more}
    theirs = ["env", "-i", *(f"{name}={value}" for name, value in environment.items())]
    words = [*theirs, sys.executable, "-W", "ignore::ResourceWarning", "-c", code]
    return subprocess.run(command(seen, words, user), cwd="/", capture_output=True, text=True, timeout=300)
