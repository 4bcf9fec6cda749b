"""The vendor's program for each machine: ELF files that write a line and end, as small as they can be.

Sources: System V ABI, chapters 4 and 5 (ELF); Linux: arch/*/include/uapi/asm/unistd.h, and arch/x86/entry/syscalls.
"""

from __future__ import annotations

import struct

BASE = 0x400000  # where the file is loaded, a multiple of each page size
PAGE = 0x10000
EXECUTABLE, LOAD, READ_AND_EXECUTE = 2, 1, 5
# For each machine, by Docker's name: byte order, ELF's number for it, its flags, and whether it has 64 bits.
MACHINES = {
    "amd64": ("<", 62, 0, True),
    "arm64": ("<", 183, 0, True),
    "mips": (">", 8, 0x50001000, False),
    "mipsle": ("<", 8, 0x50001000, False),
}


def program(machine: str, text: str) -> bytes:
    """Return the program for a machine, such as "arm64", that prints `text` and ends with 0."""
    order, number, flags, wide = MACHINES[machine]
    sizes, word = ((64, 56), "Q") if wide else ((52, 32), "I")
    said, heads = text.encode() + b"\n", sum(sizes)
    body = _code(machine, BASE + heads + len(_code(machine, 0, 0)), len(said)) + said
    file = heads + len(body)
    ident = bytes([0x7F, *b"ELF", 2 if wide else 1, 1 if order == "<" else 2, 1]).ljust(16, b"\0")
    head = struct.pack(
        f"{order}HHI3{word}I6H", EXECUTABLE, number, 1, BASE + heads, sizes[0], 0, flags, *sizes, 1, 0, 0, 0
    )
    if wide:
        segment = struct.pack("<2I6Q", LOAD, READ_AND_EXECUTE, 0, BASE, BASE, file, file, PAGE)
    else:
        segment = struct.pack(f"{order}8I", LOAD, 0, BASE, BASE, file, file, READ_AND_EXECUTE, PAGE)
    return ident + head + segment + body


def _code(machine: str, at: int, length: int) -> bytes:
    """Return a machine's instructions for write(1, at, length) and exit(0)."""
    high, low = divmod(at, 1 << 16)
    if machine == "amd64":
        code = b"\xb8\1\0\0\0\xbf\1\0\0\0\xbe" + struct.pack("<I", at) + b"\xba" + struct.pack("<I", length)
        return code + b"\x0f\x05\xb8\x3c\0\0\0\x31\xff\x0f\x05"
    if machine == "arm64":  # x8 is the system call's number, x0 to x2 are its arguments
        to, size = (0xD2800001 | low << 5, 0xF2A00001 | high << 5), 0xD2800002 | length << 5
        words = (0xD2800808, 0xD2800020, *to, size, 0xD4000001, 0xD2800BA8, 0xD2800000, 0xD4000001)
    else:  # MIPS: $v0 is the system call's number, $a0 to $a2 are its arguments
        to, size = (0x3C050000 | high, 0x34A50000 | low), 0x24060000 | length
        words = (0x24020FA4, 0x24040001, *to, size, 0xC, 0x24020FA1, 0x24040000, 0xC)
    return struct.pack(f"{MACHINES[machine][0]}9I", *words)
