"""What this machine allows: asked by trying, not by looking at who the user is."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from drydock.engine import paths, rootfs
from drydock.text import _

TRY_NAMESPACES = "unshare --mount --net --pid --fork --propagation private true"
# The engine's layers are overlay mounts over its data folder: try one there.
TRY_OVERLAY = """set -e; cd "$1"; mkdir -p l u w m
mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w m"""


@dataclass(frozen=True)
class Probe:
    """One thing that an engine needs: what it is, whether it is there, what was found, and what to do where it is missing."""

    what: str
    holds: bool
    found: str
    remedy: str = ""


def native() -> list[Probe]:
    """Return the probes for `native`, cheapest first; the first that fails ends the list."""
    return until_one_fails(linux, _root, _namespaces, _overlay, _cgroups, _debootstrap)


def until_one_fails(*tries: Callable[[], Probe]) -> list[Probe]:
    """Return what the tries found, in order; the first that fails is the last."""
    probes: list[Probe] = []
    for probe in tries:
        probes.append(probe())
        if not probes[-1].holds:
            break
    return probes


def first_missing(probes: list[Probe]) -> Probe | None:
    """Return the first thing that is missing, or None when the engine can work."""
    return next((probe for probe in probes if not probe.holds), None)


def linux() -> Probe:
    return Probe(
        _("Linux"), sys.platform == "linux", f"{platform.system()} {platform.release()} {platform.machine()}"
    )


def _root() -> Probe:
    root = os.geteuid() == 0
    return Probe(_("root"), root, _("you are root") if root else _("you are not root"))


def _namespaces() -> Probe:
    result = subprocess.run(TRY_NAMESPACES.split(), capture_output=True, text=True)
    return Probe(
        _("namespaces"), result.returncode == 0, _("can be made") if result.returncode == 0 else _said(result)
    )


def _overlay() -> Probe:
    paths.home().mkdir(parents=True, exist_ok=True)
    # A folder for each try: two notebooks may begin at once.
    with tempfile.TemporaryDirectory(prefix="probe-", dir=paths.home(), ignore_cleanup_errors=True) as folder:
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", TRY_OVERLAY, "sh", folder]
        result = subprocess.run(command, capture_output=True, text=True)
    return Probe(
        _("overlay mounts"),
        result.returncode == 0,
        _("can be made") if result.returncode == 0 else _said(result),
    )


def _cgroups() -> Probe:
    folder = "/sys/fs/cgroup/memory" if Path("/sys/fs/cgroup/memory").is_dir() else "/sys/fs/cgroup"
    writable = os.access(folder, os.W_OK)
    return Probe(
        _("cgroups"),
        writable,
        _("{folder} is writable").format(folder=folder)
        if writable
        else _("{folder} is read-only").format(folder=folder),
    )


def _debootstrap() -> Probe:
    if rootfs.engine().exists():
        return Probe(_("root file system"), True, _("built"))
    can = bool(shutil.which("debootstrap") or shutil.which("apt-get"))
    return Probe(_("root file system"), can, _("can be built") if can else _("debootstrap is not installed"))


def _said(result: subprocess.CompletedProcess[str]) -> str:
    return (result.stderr.strip().splitlines() or [_("refused")])[-1]
