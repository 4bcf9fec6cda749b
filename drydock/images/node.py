"""The programs of the cluster's node: Kubernetes' own components, compiled from images/node into one program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from drydock.engine import paths
from drydock.images import compiling
from drydock.images.compiling import GoModule
from drydock.text import _

SOURCE = paths.COURSE / "images" / "node"
IMAGE = "dd-node"
SETTING = "DRYDOCK_NODE_IMAGE"  # a name in a registry: who publishes the image spares others the build
KUBERNETES, GATEWAY_API = "k8s.io/kubernetes", "sigs.k8s.io/gateway-api"
MODULES = 420  # about how many lines `go mod download` says


def module() -> GoModule:
    """Return what the node's programs are compiled from: each folder of cmd/ is one, the largest is the first."""
    release = compiling.release(SOURCE, KUBERNETES)
    resources = f"{GATEWAY_API}@{compiling.release(SOURCE, GATEWAY_API)}/config/crd/standard"
    return GoModule(
        name="node",
        what=f"Kubernetes {release}",
        source=SOURCE,
        programs={folder.name: f"./cmd/{folder.name}" for folder in sorted((SOURCE / "cmd").iterdir())},
        minutes=20,
        packages=2900,
        space=6e9,
        spared=_("{setting} or DRYDOCK_BUNDLE").format(setting=SETTING),
        before=_download,
        ldflags=ldflags(release),
        # Not vap_...: those are admission policies, which forbid to go back to an older version.
        files={"gateway-api.yaml": f"{resources}/gateway.networking.k8s.io_[!v]*.yaml"},
    )


def sources() -> list[Path]:
    """Return the files that the node's image is made from."""
    return compiling.sources(SOURCE)


def context(architecture: str) -> dict[str, Path]:
    """Return the files of the image's build context, by their names there: the programs, and what lies beside the sources."""
    beside = [file for file in sources() if file.suffix != ".go" and file.name != "Dockerfile"]
    made = compiling.compiled(module(), architecture)
    return {str(file.relative_to(SOURCE)): file for file in beside} | made


def _download(run: Callable[..., None], _downloaded: Path) -> tuple[str, ...]:
    title = _("Getting the sources of Kubernetes")
    run("mod", "download", "-modcacherw", "-x", title=title, expected=MODULES, counts="# get")
    return ()


def ldflags(release: str) -> str:
    """Return the linker's flags: no symbols, and the version that each of Kubernetes' programs says of itself.

    Source: Kubernetes, hack/lib/version.sh.
    """
    major, minor, _patch = release.removeprefix("v").split(".", 2)
    said: Mapping[str, str] = {
        "gitVersion": release, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"
    }  # fmt: skip
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    return " ".join(
        ["-s", "-w", *(f"-X {at}.{key}={value}" for at in packages for key, value in said.items())]
    )
