"""Images built from Debian packages: stand-ins, where no registry answers, and images of our own."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import docker

from drydock.engine import paths, rootfs
from drydock.errors import ImageUnavailableError
from drydock.images import node, traefik
from drydock.progress import step
from drydock.text import _

LABEL = "dev.drydock.stand-in"
OWN = "dev.drydock.image"  # on an image that no registry has: `drydock clean` removes it, too
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
    """An image's Dockerfile, the image it stands on, and the files beside the Dockerfile that it copies.

    `own` is an image of the course's own: no registry is asked for it. `made` gives files that are made first, such as
    programs, for the engine's architecture, and `sources` what these are made from.
    """

    dockerfile: Path
    base: str | None = None
    files: tuple[str, ...] = ()
    own: bool = False
    made: Callable[[str], Mapping[str, Path]] | None = None
    sources: Callable[[], Sequence[Path]] | None = None


RECIPES = {
    "debian:trixie-slim": Recipe(FOLDER / "debian/Dockerfile"),
    "python:3.13-slim": Recipe(FOLDER / "python/slim.Dockerfile", "debian:trixie-slim"),
    "python:3.13": Recipe(FOLDER / "python/Dockerfile", "python:3.13-slim"),
    "registry:2": Recipe(
        FOLDER / "registry/Dockerfile", "debian:trixie-slim", ("config.yml", "entrypoint.sh")
    ),
    "postgres:17": Recipe(FOLDER / "postgres/Dockerfile", "debian:trixie-slim", ("docker-entrypoint.sh",)),
    "redis:8": Recipe(FOLDER / "redis/Dockerfile", "debian:trixie-slim", ("docker-entrypoint.sh",)),
    "nginx:1.26": Recipe(
        FOLDER / "nginx/Dockerfile",
        "debian:trixie-slim",
        ("default.conf", "docker-entrypoint.sh", "nginx.conf"),
    ),
    "prom/prometheus:v2.53.3": Recipe(
        FOLDER / "prometheus/Dockerfile", "debian:trixie-slim", ("prometheus.yml",)
    ),
    traefik.IMAGE: Recipe(
        FOLDER / "traefik/Dockerfile", "debian:trixie-slim", made=traefik.context, sources=traefik.sources
    ),
    "dd-engine": Recipe(FOLDER / "engine/Dockerfile", "debian:trixie-slim", ("daemon", "runc-log"), own=True),
    node.IMAGE: Recipe(
        FOLDER / "node/Dockerfile", "debian:trixie-slim", own=True, made=node.context, sources=node.sources
    ),
}


def version(reference: str) -> str:
    """Return a short hash of what an image is built from, its base included: an image with another one is out of date."""
    recipe = RECIPES[reference]
    files = [recipe.dockerfile, *(recipe.dockerfile.with_name(name) for name in recipe.files)]
    files += recipe.sources() if recipe.sources else ()
    base = version(recipe.base).encode() if recipe.base else b""
    return hashlib.sha256(base + b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def build(client: docker.DockerClient, reference: str, obtain: Callable[[str], object]) -> None:
    """Build the image `reference`, a stand-in or one of our own; `obtain` gets its base. The name appears only when it is complete.

    Raises ImageUnavailableError when a package can't be had.
    """
    recipe = RECIPES[reference]
    if recipe.base:
        obtain(recipe.base)
    minimal = None if recipe.base else rootfs.build("debian", (), expected=80)
    made = recipe.made(client.version()["Arch"]) if recipe.made else {}
    doing = _("Building {image}") if recipe.own else _("Building a stand-in for {image}")
    bar = step(doing.format(image=reference))
    with rootfs.lock("stand-in"), bar, _context(recipe, minimal, made) as context:
        output, failed = [], None
        build_output = docker.APIClient.build(
            client.api,
            fileobj=context,
            custom_context=True,
            tag=reference,
            rm=True,
            forcerm=True,
            decode=True,
            labels={OWN if recipe.own else LABEL: version(reference)},
        )
        for event in build_output:
            output.append(event.get("stream", ""))
            failed = event.get("error", failed)
    if failed:
        raise ImageUnavailableError(
            _("{image} could not be built from Debian packages: {why}").format(image=reference, why=failed),
            _("No image of that name was made. The build's output ends: {last}").format(last="".join(output)[-400:].strip()),
            _("look for a missing network or a full disk, then run the cell again: finished steps are kept."),
        )  # fmt: skip


def _context(recipe: Recipe, minimal: Path | None, made: Mapping[str, Path]) -> IO[bytes]:
    """Return a build context: the Dockerfile, its files, those made for it, and for the first image Debian's minimal system."""
    dockerfile = recipe.dockerfile
    if minimal is None:
        out = tempfile.TemporaryFile(dir=paths.home()) if made else io.BytesIO()  # noqa: SIM115 -- the caller closes it
        with tarfile.open(fileobj=out, mode="w") as archive:
            archive.add(dockerfile, "Dockerfile")
            beside = {name: dockerfile.with_name(name) for name in recipe.files}
            for name, file in {**beside, **made}.items():
                archive.add(file, name)
        out.seek(0)
        return out
    leave = [
        f"--exclude=./{path}/*"
        for path in (*SLIM, "var/cache/apt", "var/lib/apt/lists", "var/log", "dev", "proc", "sys", "run")
    ]
    system, context = (paths.home() / name for name in ("debian-rootfs.tar", "debian-context.tar"))
    try:
        subprocess.run(["tar", "-C", str(minimal), *leave, "-cf", str(system), "."], check=True)
        with tarfile.open(context, "w") as archive:
            archive.add(dockerfile, "Dockerfile")
            archive.add(system, "rootfs.tar")
        return context.open("rb")
    finally:
        for file in (system, context):
            file.unlink(missing_ok=True)
