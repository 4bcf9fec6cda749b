"""A learner's machine, laid over the one that was built."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

FILES = ("vmlinuz", "initrd")


def prepare(folder: Path, origin: Path) -> None:
    """Lay out a learner's machine over the one that was built, unless that was done before."""
    if (folder / "disk.qcow2").exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(origin / name)
    # The pointer first: it says nothing without a disk, and with the new disk it is true.
    pointer = json.loads((origin / "saved.json").read_text()) if (origin / "saved.json").exists() else None
    if pointer:
        pointer["stream"] = str(origin / pointer["stream"])
        (folder / "saved.json").write_text(json.dumps(pointer))
    partial = folder / "disk.partial"
    create = [
        "qemu-img",
        "create",
        "-q",
        "-f",
        "qcow2",
        "-F",
        "qcow2",
        "-b",
        str(origin / "disk.qcow2"),
        str(partial),
    ]
    subprocess.run(create, check=True)
    partial.rename(folder / "disk.qcow2")
