"""The task on an index: one image for each of two platforms."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import docker

from drydock.checks.lesson05.stages import FOLDER
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.engine import paths
from drydock.text import _

ARCHIVE, FILE = "both.tar", "platform"
WANTED = {"linux/amd64": "amd64", "linux/arm64": "arm64"}
ARCHIVES = (
    tarfile.TarError,
    KeyError,
    ValueError,
    OSError,
    IndexError,
)  # what a file that is no such archive gives


@task("05.6", _("One name, two platforms"), hints=(
    _("Which stage must run something, and on whose processor does that happen? How does it learn for which one it works?"),
    _("`FROM --platform=$BUILDPLATFORM` keeps a stage on the machine's own platform. BuildKit sets `TARGETARCH`, for a stage that asks with `ARG`."),
    _("Builder: `ARG TARGETARCH`, `RUN echo $TARGETARCH > /platform`. Then `FROM scratch`, `COPY --from`. Build with `--platform=linux/amd64,linux/arm64 --output=type=oci,dest=…/both.tar`."),
))  # fmt: skip
def both(client: docker.DockerClient, see: See) -> None:
    file = paths.work() / FOLDER / ARCHIVE
    try:
        images = contents(file)
        said = ", ".join(sorted(images)) or _("none")
    except FileNotFoundError:
        images, said = {}, _("no such file")
    except ARCHIVES as error:
        images, said = {}, _("no OCI archive: {why}").format(why=str(error).partition(":")[0])
    see.expect(
        _("platforms in the index of work/{folder}/{name}").format(folder=FOLDER, name=ARCHIVE),
        expected=", ".join(sorted(WANTED)),
        actual=said,
        holds=set(images) == set(WANTED),
        hint=_("One build with both platforms makes an index. `--output` says where, and in which format."),
    )
    for platform in sorted(set(images) & set(WANTED)):
        see.expect(
            _("file /{file} in the image for {platform}").format(file=FILE, platform=platform),
            expected=WANTED[platform],
            actual=images[platform] or _("empty, or not there"),
            holds=images[platform] == WANTED[platform],
            hint=_("BuildKit sets the variables, and a stage sees only those that it asks for. TARGET… is where it will run, BUILD… where it is built."),
        )  # fmt: skip


def contents(file: Path) -> dict[str, str]:
    """Return what the file /platform of each image in an OCI archive says, by platform.

    Source: OCI image specification: image layout, image index, image manifest. Raises what ARCHIVES lists.
    """
    found: dict[str, str] = {}
    with tarfile.open(file) as archive:

        def blob(digest: str) -> Any:
            return archive.extractfile(f"blobs/{digest.replace(':', '/')}")

        def manifests(index: dict[str, Any]) -> list[dict[str, Any]]:
            """Flatten an index: an archive may list an index, which lists the images."""
            flat: list[dict[str, Any]] = []
            for entry in index.get("manifests", []):
                nested = "index" in entry["mediaType"] or "manifest.list" in entry["mediaType"]
                flat += manifests(json.load(blob(entry["digest"]))) if nested else [entry]
            return flat

        outer = archive.extractfile("index.json")
        assert outer is not None
        for entry in manifests(json.load(outer)):
            manifest = json.load(blob(entry["digest"]))
            config = json.load(blob(manifest["config"]["digest"]))
            if config.get("os", "unknown") in ("", "unknown"):  # an attestation
                continue
            found[f"{config['os']}/{config['architecture']}"] = ""
            for layer in manifest["layers"]:
                with tarfile.open(fileobj=blob(layer["digest"])) as files:
                    for member in files:
                        if member.name.strip("./") == FILE and (content := files.extractfile(member)):
                            found[f"{config['os']}/{config['architecture']}"] = (
                                content.read().decode(errors="replace").strip()
                            )
    return found
