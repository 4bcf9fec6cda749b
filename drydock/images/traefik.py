"""traefik, for the stand-in of its image: compiled from its Go module, as images/traefik describes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from drydock.engine import paths
from drydock.images import compiling
from drydock.images.compiling import GoModule
from drydock.text import _

SOURCE = paths.COURSE / "images" / "traefik"
IMAGE = "traefik:v3.7"
TRAEFIK, LEGO = "github.com/traefik/traefik/v3", "github.com/go-acme/lego/v4"


def module() -> GoModule:
    """Return what traefik is compiled from."""
    release = compiling.release(SOURCE, TRAEFIK)
    return GoModule(
        name="traefik",
        what=f"traefik {release}",
        source=SOURCE,
        programs={"traefik": f"{TRAEFIK}/cmd/traefik"},
        minutes=5,
        packages=1500,
        space=3e9,
        spared="DRYDOCK_BUNDLE",
        before=_without_providers,
        ldflags=f"-s -w -X {TRAEFIK}/pkg/version.Version={release.removeprefix('v')}",
    )


def sources() -> list[Path]:
    """Return the files that the image is made from."""
    return compiling.sources(SOURCE)


def context(architecture: str) -> dict[str, Path]:
    """Return the files that the image's Dockerfile copies, by their names there."""
    return {"entrypoint.sh": SOURCE / "entrypoint.sh", **compiling.compiled(module(), architecture)}


def _without_providers(run: Callable[..., None], downloaded: Path) -> tuple[str, ...]:
    """Have the build take a copy of lego that has ours in the place of its DNS providers."""
    run("mod", "download", "-modcacherw", LEGO, title=_("Getting the sources of lego"), expected=1)
    copy = paths.home() / "traefik-lego"
    shutil.rmtree(copy, ignore_errors=True)
    original = downloaded / f"{LEGO}@{compiling.release(SOURCE, LEGO)}"
    providers = str(original / "providers")
    shutil.copytree(original, copy, ignore=lambda folder, _names: {"dns"} if folder == providers else set())
    for folder in (copy, *copy.rglob("*/")):  # the machine's own cache may be read-only
        folder.chmod(0o755)
    shutil.copytree(SOURCE / "dns", copy / "providers" / "dns")
    changed = paths.home() / "traefik.mod"
    beside = SOURCE / "ext"  # quoted: a path may have a blank
    text = (SOURCE / "go.mod").read_text().replace("=> ./ext", f'=> "{beside}"')
    changed.write_text(f'{text}\nreplace {LEGO} => "{copy}"\n')
    shutil.copy(SOURCE / "go.sum", changed.with_suffix(".sum"))
    return (f"-modfile={changed}",)
