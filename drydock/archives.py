"""Files in archives, as the engine sends them."""

from __future__ import annotations

import tarfile
from typing import IO


def opened(archive: tarfile.TarFile, name: str | tarfile.TarInfo) -> IO[bytes]:
    """Return the content of a regular file in an archive.

    Not `extract`: before Python 3.11.4 it knows no filter, and without one it follows what an archive says of paths and
    owners. Source: PEP 706.
    """
    file = archive.extractfile(name)
    assert file is not None, name
    return file
