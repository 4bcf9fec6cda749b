"""The programs of the cluster's node: Kubernetes' own components, compiled from images/node into one program."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path

from drydock.engine import paths, rootfs
from drydock.images import golang, obstacles
from drydock.text import _

SOURCE = paths.COURSE / "images" / "node"
IMAGE = "dd-node"
SETTING = "DRYDOCK_NODE_IMAGE"  # a name in a registry: who publishes the image spares others the build
KUBERNETES = "k8s.io/kubernetes"
# As Kubernetes' own release build, with less of what is not used. Without -modcacherw nobody but root can delete the sources.
FLAGS = ("-v", "-trimpath", "-modcacherw", "-buildvcs=false", "-tags=selinux,notest,grpcnotrace")
LOG = "node-build.log"
MODULES, PACKAGES = 420, 2900  # about how many lines `go` says, for the progress bars
MINUTES = 20  # one processor's, for the whole build


def sources() -> list[Path]:
    """Return the files that the node's image is made from."""
    found = (file for file in SOURCE.rglob("*") if file.is_file() and file.name != "README.md")
    return sorted(file for file in found if not file.name.endswith("_test.go"))


def programs() -> list[str]:
    """Return the names of the programs: each folder of cmd/ is one, the largest is the first."""
    return sorted(folder.name for folder in (SOURCE / "cmd").iterdir())


def release() -> str:
    """Return the version of Kubernetes that the module asks for, such as "v1.37.2"."""
    return _in_module(rf"^\s*(?:require )?{re.escape(KUBERNETES)} (v\S+)")


def context(architecture: str) -> dict[str, Path]:
    """Return the files of the image's build context, by their names there: the programs, and what lies beside the sources."""
    beside = [file for file in sources() if file.suffix != ".go" and file.name != "Dockerfile"]
    return {str(file.relative_to(SOURCE)): file for file in beside} | compiled(architecture)


def compiled(architecture: str) -> dict[str, Path]:
    """Return the node's programs by name, compiled for the engine's architecture (Go's word, such as amd64) when they are not.

    Raises SetupError when that can't be done. A build that was interrupted goes on with the packages that it has.
    """
    oldest = tuple(map(int, _in_module(r"^go (\S+)").split(".")))
    go = golang.find(oldest)
    folder = paths.home() / f"node-{_hash(golang.version(go), architecture)}"
    if not folder.exists():
        with rootfs.lock("node") as held, obstacles.explained(LOG):
            if not folder.exists():
                obstacles.check_space(SETTING)
                _compile(go, architecture, folder, held)
    return {name: folder / name for name in programs()}


def _compile(go: Path, architecture: str, folder: Path, held: int) -> None:
    env = {**golang.environment(go), "GOOS": "linux", "GOARCH": architecture}
    begin = ["env", *(f"{name}={value}" for name, value in env.items() if value), "go", "-C", str(SOURCE)]
    log = paths.home() / LOG
    rootfs.logged(
        [*begin, "mod", "download", "-modcacherw", "-x"], log,
        _("Getting the sources of Kubernetes {version}").format(version=release()), MODULES, held, counts="# get",
    )  # fmt: skip
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    minutes = max(1, round(MINUTES / (os.cpu_count() or 1)))
    title = _("Compiling Kubernetes {version} (about {minutes} min, once)")
    for number, name in enumerate(programs()):
        doing = title if number == 0 else _("Compiling the node's program {name}")
        rootfs.logged(
            [*begin, "build", *FLAGS, f"-ldflags={_ldflags()}", "-o", str(partial / name), f"./cmd/{name}"],
            log, doing.format(version=release(), minutes=minutes, name=name), PACKAGES if number == 0 else 1, held,
        )  # fmt: skip
    partial.rename(folder)
    for other in set(paths.home().glob("node-*/")) - {folder}:  # of an older version of the course
        shutil.rmtree(other)


def _ldflags() -> str:
    """Return the linker's flags: no symbols, and the version that each component says of itself.

    Source: Kubernetes, hack/lib/version.sh.
    """
    major, minor, _patch = release().removeprefix("v").split(".", 2)
    said = {"gitVersion": release(), "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    return " ".join(
        ["-s", "-w", *(f"-X {at}.{key}={value}" for at in packages for key, value in said.items())]
    )


def _hash(version: tuple[int, ...], architecture: str) -> str:
    """Return a short hash of what the programs are compiled from: also files that are no Go may be embedded."""
    inputs = [file for file in sources() if file.name != "Dockerfile"]
    parts = [f"{file.relative_to(SOURCE)}\0".encode() + file.read_bytes() for file in inputs]
    parts += [repr((version, architecture, FLAGS)).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _in_module(pattern: str) -> str:
    found = re.search(pattern, (SOURCE / "go.mod").read_text(), re.M)
    assert found is not None, pattern
    return found[1]
