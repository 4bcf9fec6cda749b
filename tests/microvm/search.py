"""Whether something that is handed on holds a private key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

# A private key as text, with its first line of content: programs carry the heading alone, as a constant. And the
# beginning of one on the curve P-256 as bytes (RFC 5915).
KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{64}|\x30\x77\x02\x01\x01\x04\x20")
# A constant for self-tests in Go programs, so in Debian's containerd and in its memory: not a key of anybody.
IN_PROGRAMS = b"MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDFyXr1E4l3GM34"
LONGEST = 200  # bytes of what KEY finds


def holds_key(blocks: Iterable[bytes]) -> bool:
    """Search what may be larger than the memory, given in blocks."""
    rest = b""
    for block in blocks:
        if any(IN_PROGRAMS not in found[0] for found in KEY.finditer(rest + block)):
            return True
        rest = block[-LONGEST:]
    return False


def blocks(file: Path) -> Iterator[bytes]:
    """Read a file in blocks."""
    with file.open("rb") as content:
        while block := content.read(1 << 24):
            yield block
