"""The archive format that the kernel takes as its first file system.

Source: kernel documentation, "initramfs buffer format" (newc).
"""

from __future__ import annotations

import stat


class Archive:
    """An archive that grows by files and folders, all owned by root and without a time."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._count = 0

    def folder(self, name: str) -> None:
        """Add a folder; its parent must be there already."""
        self._add(name, b"", stat.S_IFDIR | 0o755)

    def file(self, name: str, content: bytes, mode: int = 0o644) -> None:
        """Add a file; its folder must be there already."""
        self._add(name, content, stat.S_IFREG | mode)

    def link(self, name: str, target: str) -> None:
        """Add a symbolic link; its folder must be there already."""
        self._add(name, target.encode(), stat.S_IFLNK | 0o777)

    def close(self) -> bytes:
        """Return the whole archive."""
        self._add("TRAILER!!!", b"", 0)
        return b"".join(self._parts)

    def _add(self, name: str, content: bytes, mode: int) -> None:
        self._count += 1
        path = name.encode() + b"\0"
        # inode, mode, uid, gid, links, mtime, size, device (two), special device (two), length of the name, checksum
        fields = (self._count, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(path), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields)
        self._parts += [_padded(header + path), _padded(content)]


def _padded(part: bytes) -> bytes:
    return part + bytes(-len(part) % 4)
