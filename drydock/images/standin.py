"""Stand-ins: images built from Debian packages under the official name, where no registry answers."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import docker

from drydock.engine import paths, rootfs
from drydock.errors import ImageUnavailableError
from drydock.progress import step
from drydock.text import _

LABEL = "dev.drydock.stand-in"
FOLDER = paths.COURSE / "images"
# What the slim images leave out of Debian: documentation and translations.
# Source: debuerreotype, the tool that makes them, .slimify-excludes.
SLIM = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/lintian",
    "usr/share/groff",
)


@dataclass(frozen=True)
class Recipe:
    """A stand-in's Dockerfile, and the image it stands on."""

    dockerfile: Path
    base: str | None = None


RECIPES = {
    "debian:trixie-slim": Recipe(FOLDER / "debian/Dockerfile"),
    "python:3.13-slim": Recipe(FOLDER / "python/slim.Dockerfile", "debian:trixie-slim"),
    "python:3.13": Recipe(FOLDER / "python/Dockerfile", "python:3.13-slim"),
}


def build(client: docker.DockerClient, reference: str, obtain: Callable[[str], object]) -> None:
    """Build the stand-in for `reference`; `obtain` gets its base. The name appears only when it is complete.

    Raises ImageUnavailableError when a package can't be had.
    """
    recipe = RECIPES[reference]
    if recipe.base:
        obtain(recipe.base)
    minimal = None if recipe.base else rootfs.build("debian", (), expected=80)
    with rootfs.lock("stand-in"), step(_("Building a stand-in for {image}").format(image=reference)):
        context = _context(recipe.dockerfile, minimal)
        output, failed = [], None
        build_output = docker.APIClient.build(
            client.api,
            fileobj=context,
            custom_context=True,
            tag=reference,
            rm=True,
            forcerm=True,
            decode=True,
            labels={LABEL: "1"},
        )
        for event in build_output:
            output.append(event.get("stream", ""))
            failed = event.get("error", failed)
    if failed:
        raise ImageUnavailableError(
            _("The stand-in for {image} could not be built: {why}").format(image=reference, why=failed),
            _("No image of that name was made. The build's output ends: {last}").format(
                last="".join(output)[-400:].strip()
            ),
            _("look for a missing network or a full disk, then run the cell again: finished steps are kept."),
        )


def _context(dockerfile: Path, minimal: Path | None) -> IO[bytes]:
    """Return a build context: the Dockerfile, and for the first image Debian's minimal system."""
    if minimal is None:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            archive.add(dockerfile, "Dockerfile")
        out.seek(0)
        return out
    leave = [
        f"--exclude=./{path}/*"
        for path in (*SLIM, "var/cache/apt", "var/lib/apt/lists", "var/log", "dev", "proc", "sys", "run")
    ]
    keep = paths.home() / "debian-context.tar"
    subprocess.run(["tar", "-C", str(minimal), *leave, "-cf", str(keep), "."], check=True)
    subprocess.run(
        ["tar", "-C", str(dockerfile.parent), "-rf", str(keep), "--transform", "s,^,./,", dockerfile.name],
        check=True,
    )
    with tarfile.open(keep, "a") as archive:
        ignore = tarfile.TarInfo(".dockerignore")
        ignore.size = len(b"Dockerfile\n.dockerignore\n")
        archive.addfile(ignore, io.BytesIO(b"Dockerfile\n.dockerignore\n"))
    stream = keep.open("rb")
    keep.unlink()
    return stream
