"""Which Python packages an image has: read from its files, without running anything of it."""

from __future__ import annotations

import re
import tarfile
import tempfile
from contextlib import suppress

from docker.errors import NotFound
from docker.models.images import Image
from packaging.metadata import parse_email
from packaging.utils import canonicalize_name

CHUNK = 2**20  # bytes
# What an installer leaves about each package. Source: Python packaging, "Recording installed projects".
METADATA = re.compile(r"(?:^|/)[^/]+\.dist-info/METADATA$|(?:^|/)[^/]+\.egg-info(?:/PKG-INFO)?$")


def packages(image: Image) -> list[tuple[str, str]]:
    """Return (name, version) of each Python package in the file system that a container of the image would see.

    Names are normalized, as PyPI does it. A scanner that starts the image to ask it would run what it suspects.
    """
    assert image.client is not None
    container = image.client.api.create_container(image.id, ["-"])["Id"]  # never started
    try:
        found = set()
        with tempfile.TemporaryFile() as saved:
            for chunk in image.client.api.export(container, chunk_size=CHUNK):
                saved.write(chunk)
            saved.seek(0)
            with tarfile.open(fileobj=saved) as archive:
                for member in archive:
                    if member.isreg() and METADATA.search(member.name):
                        file = archive.extractfile(member)
                        assert file is not None
                        found.add(_named(member.name, file.read()))
    finally:
        with suppress(NotFound):
            image.client.api.remove_container(container, v=True, force=True)
    return sorted(found)


def _named(path: str, metadata: bytes) -> tuple[str, str]:
    """Return name and version; where there is none, the path, so that no package goes unseen."""
    fields, _unknown = parse_email(metadata)
    return canonicalize_name(fields.get("name", "")) or path, fields.get("version", "")
