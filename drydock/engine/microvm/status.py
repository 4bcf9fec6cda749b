"""What the keeper says of the machine, in a file beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from drydock.engine import paths
from drydock.errors import EngineUnavailableError
from drydock.text import _


def failed(folder: Path) -> EngineUnavailableError:
    """Return the error for a machine that did not start."""
    last = read().get("why") or _last_line(folder / "keeper.log") or _("nothing")
    return EngineUnavailableError(
        _("The engine in an emulated machine did not start."),
        _("It said: {last}").format(last=last),
        _("`drydock doctor` shows what this machine allows; the logs are in {folder}.").format(folder=folder),
    )


def read() -> dict[str, Any]:
    """Return what the keeper says: `phase`, `port`, and with some phases `why`; {} when there is no machine."""
    try:
        return dict(json.loads((paths.machine() / "status.json").read_text()))
    except (OSError, ValueError):
        return {}


def translated() -> bool:
    """Tell whether QEMU translates each instruction of the machine that runs."""
    return read().get("accelerator") == "tcg"


def write(folder: Path, said: dict[str, Any]) -> None:
    """Write what the keeper of the machine in `folder` says."""
    partial, file, text = folder / "status.partial", folder / "status.json", json.dumps(said)
    try:
        partial.write_text(text)
        partial.rename(file)
    except OSError:  # a full disk has no space for a new file; what is there can be written over
        partial.unlink(missing_ok=True)
        with file.open("r+") as there:
            there.write(text)
            there.truncate()


def _last_line(file: Path) -> str:
    lines = file.read_text(errors="replace").strip().splitlines() if file.exists() else []
    return lines[-1] if lines else ""


def full() -> EngineUnavailableError:
    """Return the error for a machine that waits for space."""
    return EngineUnavailableError(
        _(
            "The disk is full, and the emulated machine waits: {folder} has less than 200 MiB of space."
        ).format(folder=paths.machine()),
        _("Nothing in it is lost; it goes on by itself as soon as there is space."),
        _("free some space on that disk, then run the cell again."),
    )
