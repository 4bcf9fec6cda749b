"""What is in an image, layer by layer: also what a later layer hides."""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from docker.models.images import Image

from drydock.archives import opened

CHUNK = 2**20  # bytes
# A file of this name deletes its namesake in the layers below; this one, all that its folder has there.
# Source: OCI image specification, "Image Layer Filesystem Changeset", Whiteouts.
WHITEOUT, OPAQUE = ".wh.", ".wh..wh..opq"


@dataclass(frozen=True)
class File:
    """A regular file in a layer: its path without the first slash, its size (bytes), and whether a later layer hides it."""

    path: str
    size: int
    hidden: bool = False


@dataclass(frozen=True)
class Layer:
    """A layer: the instruction that made it, as the image's history has it, and its files."""

    instruction: str
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """Bytes in its files, unpacked."""
        return sum(file.size for file in self.files)

    @property
    def hidden(self) -> int:
        """Bytes in those of its files that no container sees: a later layer has deleted or replaced them."""
        return sum(file.size for file in self.files if file.hidden)


def read(image: Image) -> list[Layer]:
    """Return an image's layers, the lowest first."""
    found: list[Layer] = []
    with _saved(image) as archive:
        _documents, names, instructions = _contents(archive)
        above: set[str] = set()  # paths that a layer above has
        gone: set[str] = set()  # paths that are deleted above, or folders that begin anew there
        for name, instruction in zip(reversed(names), reversed(instructions), strict=True):
            files: list[File] = []
            here: set[str] = set()
            deleted: set[str] = set()
            with tarfile.open(fileobj=archive.extractfile(name)) as layer:
                for member in layer:
                    path = member.name.removeprefix("./").strip("/")
                    folder, _slash, base = path.rpartition("/")
                    if base == OPAQUE:
                        deleted.add(folder)
                    elif base.startswith(WHITEOUT):
                        deleted.add(f"{folder}/{base[len(WHITEOUT) :]}".lstrip("/"))
                    else:
                        here.update(() if member.isdir() else (path,))
                        if member.isreg():
                            hidden = path in above or any(parent in gone for parent in _lineage(path))
                            files.append(File(path, member.size, hidden))
            found.append(Layer(instruction, tuple(files)))
            above |= here
            gone |= deleted
    return found[::-1]


def files(image: Image) -> Iterator[str]:
    """Yield the path, without the first slash, of each file with content in each layer, from the lowest on."""
    with _saved(image) as archive:
        for name in _contents(archive)[1]:
            with tarfile.open(fileobj=archive.extractfile(name)) as layer:
                yield from (
                    member.name.removeprefix("./") for member in layer if member.isreg() and member.size
                )


def search(image: Image, text: str) -> list[str]:
    """Return where a text stands in an image: paths of files in any layer, `history`, `configuration`, `documents`.

    Documents are what else is stored with an image, such as an attestation of how it was built.
    """
    needle = text.encode()
    found: list[str] = []
    with _saved(image) as archive:
        documents, names, _instructions = _contents(archive)
        for name in dict.fromkeys(names):
            with tarfile.open(fileobj=archive.extractfile(name)) as layer:
                for member in layer:
                    content = layer.extractfile(member) if member.isreg() else None
                    if needle in member.name.encode() or (content is not None and needle in content.read()):
                        found.append("/" + member.name.removeprefix("./"))
        config, rest = documents
        history = json.dumps(config.pop("history", []))
        named = {"history": history, "configuration": json.dumps(config), "documents": rest}
        return found + [name for name, document in named.items() if json.dumps(text)[1:-1] in document]


@contextmanager
def _saved(image: Image) -> Iterator[tarfile.TarFile]:
    """Give the image as an archive. Source: Docker Engine API, ImageGet."""
    with tempfile.TemporaryFile() as saved:
        for chunk in image.save(chunk_size=CHUNK):
            saved.write(chunk)
        saved.seek(0)
        with tarfile.open(fileobj=saved) as archive:
            yield archive


def _contents(archive: tarfile.TarFile) -> tuple[tuple[dict[str, Any], str], list[str], list[str]]:
    """Return (configuration, all other JSON), the layers' names in the archive, and the instruction of each.

    Source: the archive's manifest.json, which both image stores write; the containerd one packs its layers.
    """
    manifest = json.load(opened(archive, "manifest.json"))[0]
    config = json.load(opened(archive, manifest["Config"]))
    names = list(manifest["Layers"])
    others = [m for m in archive if m.isreg() and m.name not in {*names, manifest["Config"]}]
    rest = "\n".join(text for m in others if (text := _json(opened(archive, m))))
    made = [step.get("created_by", "") for step in config.get("history", []) if not step.get("empty_layer")]
    return (config, rest), names, made if len(made) == len(names) else [""] * len(names)


def _json(file: IO[bytes]) -> str:
    """Return a file's text if it is JSON, which no layer is."""
    return file.read().decode(errors="replace") if file.read(1) in b"{[" and file.seek(0) == 0 else ""


def _lineage(path: str) -> Iterator[str]:
    """Yield a path and each folder above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield ""
