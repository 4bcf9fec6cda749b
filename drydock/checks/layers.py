"""What is in each layer of an image: also what a later layer hides."""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Iterator

from docker.models.images import Image

CHUNK = 2**20  # bytes


def files(image: Image) -> Iterator[str]:
    """Yield the path, without the first slash, of each file with content in each layer, from the lowest on.

    Source: Docker Engine API, ImageGet; its manifest.json names the layers' archives.
    """
    with tempfile.TemporaryFile() as saved:
        for chunk in image.save(chunk_size=CHUNK):
            saved.write(chunk)
        saved.seek(0)
        with tarfile.open(fileobj=saved) as archive:
            manifest = archive.extractfile("manifest.json")
            assert manifest is not None
            for name in json.load(manifest)[0]["Layers"]:
                with tarfile.open(fileobj=archive.extractfile(name)) as layer:
                    yield from (
                        member.name.removeprefix("./") for member in layer if member.isreg() and member.size
                    )
