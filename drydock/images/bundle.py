"""A bundle: one file with the images that lessons need, for a classroom without a network."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable
from pathlib import Path

import docker

from drydock.errors import DrydockError
from drydock.progress import step
from drydock.text import _

SILENCE = 900  # s that an engine may need for a large image before it says anything; docker-py waits for 60


def save(client: docker.DockerClient, file: Path, references: Iterable[str]) -> None:
    """Write images to `file`; it appears only when it is complete."""
    partial = file.with_name(file.name + ".partial")
    references = list(references)
    with step(_("Writing {file}").format(file=file)), partial.open("wb") as out:
        # docker-py's get_image takes one name; the API takes many, and writes a shared layer once.
        # Source: Docker Engine API, ImageGetAll.
        answer = client.api._get(client.api._url("/images/get"), params={"names": references}, stream=True)  # type: ignore[attr-defined]
        client.api._raise_for_status(answer)  # type: ignore[attr-defined]
        for chunk in answer.iter_content(1 << 20):
            out.write(chunk)
    partial.rename(file)


def names(file: Path) -> set[str]:
    """Return the image references in a bundle. Raises DrydockError when it is missing or damaged.

    Source: Docker Image Specification v1.2, manifest.json and its RepoTags.
    """
    try:
        with tarfile.open(file) as archive:
            members = {member.name for member in archive}  # reads to the end: a cut file is found here
            manifest = archive.extractfile("manifest.json")
            assert manifest is not None
            entries = json.load(manifest)
            missing = [layer for entry in entries for layer in entry["Layers"] if layer not in members]
    except (OSError, tarfile.TarError, EOFError, KeyError, ValueError) as error:
        raise _damaged(file, str(error)) from error
    if missing:
        raise _damaged(file, missing[0])
    return {tag for entry in entries for tag in entry.get("RepoTags") or []}


def load(client: docker.DockerClient, file: Path) -> set[str]:
    """Load a bundle into the engine and return the references it brought. Raises DrydockError when it is damaged."""
    found = names(file)
    usual, client.api.timeout = client.api.timeout, SILENCE
    try:
        with step(_("Loading {file}").format(file=file)), file.open("rb") as data:
            client.images.load(data)
    finally:
        client.api.timeout = usual
    return found


def _damaged(file: Path, why: str) -> DrydockError:
    return DrydockError(
        _("{file} is not a complete bundle: {why}.").format(file=file, why=why.splitlines()[0].rstrip(":")),
        _("No image was changed."),
        _("copy it again, or write it anew with `drydock images bundle {file}` where the images are.").format(
            file=file
        ),
    )
