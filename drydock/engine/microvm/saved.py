"""A machine's saved state: its memory and devices in a file, and what they are bound to.

A state goes with the disk as it was at that moment, so it is used once: as soon as the machine runs, the
pointer to it is gone, and a machine that is killed then boots from its disk.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drydock.text import _
from drydock.writing import write_whole

POINTER = "saved.json"
STREAM = "state"
# What a learner is told where a state does not fit, by the key of the identity that differs.
NAMES = {
    "qemu": _("another version of QEMU"),
    "accelerator": _("another accelerator"),
    "processor": _("another processor"),
    "memory": _("another memory size"),
    "devices": _("other devices"),
}


@dataclass
class Saved:
    """A state that can be gone on from: its file, its identity, and what the keeper has to do again."""

    stream: Path
    identity: dict[str, Any]
    ports: list[str] = field(default_factory=list)  # such as "tcp 8000"
    stopped: list[str] = field(default_factory=list)  # containers that could not be saved while they ran


def read(folder: Path) -> Saved | None:
    """Return the state that a machine's folder points to, or None."""
    try:
        known = json.loads((folder / POINTER).read_text())
        found = Saved(folder / known["stream"], known["identity"], known["ports"], known["stopped"])
    except (OSError, ValueError, KeyError):
        return None
    return found if found.stream.exists() else None


def write(folder: Path, state: Saved) -> None:
    """Point to a state whose stream and disk are complete."""
    known = {**vars(state), "stream": str(state.stream)}
    write_whole(folder / POINTER, json.dumps(known, indent=1).encode())


def forget(folder: Path) -> None:
    """Take the pointer away, and the stream if it is the folder's own: from now on the disk is newer."""
    (folder / POINTER).unlink(missing_ok=True)
    (folder / STREAM).unlink(missing_ok=True)


def differs(state: Saved, identity: dict[str, Any]) -> str | None:
    """Return in words what a state was saved with and this machine has not, or None where it fits."""
    for key, name in NAMES.items():
        if state.identity.get(key) != identity[key]:
            return name
    return None
