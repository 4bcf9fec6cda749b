"""Wheels written by hand, so that an installation needs no network."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path


def write(
    folder: Path, name: str, version: str, files: Mapping[str, bytes], tag: str = "py3-none-any"
) -> Path:
    """Write a wheel of these files into a folder, which is made, and return it.

    Source: PyPA specification "Binary distribution format".
    """
    about = f"{name}-{version}.dist-info"
    pure = str(tag.endswith("-none-any")).lower()
    metadata = {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nGenerator: drydock\nRoot-Is-Purelib: {pure}\nTag: {tag}\n".encode(),
    }
    content = {**files, **metadata}
    record = "".join(f"{path},,\n" for path in (*content, f"{about}/RECORD")).encode()
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, data in {**content, f"{about}/RECORD": record}.items():
            archive.writestr(path, data)
    return wheel
