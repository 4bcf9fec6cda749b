"""What the machine gets at each start, and keeps in its memory alone: keys, and this machine's settings."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from drydock.engine import settings
from drydock.engine.microvm import keys
from drydock.engine.microvm.agent import SENT
from drydock.engine.microvm.machine import daemon_json


def pack(folder: Path) -> bytes:
    """Return a tar of what the machine gets at each start, and keeps in its memory alone."""
    keys.make(folder / "tls")
    collected = folder / "settings"
    settings.collect(collected)
    files = {f"run/drydock/tls/{name}": (folder / "tls" / name).read_bytes() for name in keys.FOR_MACHINE}
    files |= {f"drydock/settings/{file.name}": file.read_bytes() for file in collected.iterdir()}
    files["run/drydock/stunnel.conf"] = (SENT / "stunnel.conf").read_bytes()
    if registries := settings.registries():
        files["run/drydock/daemon.json"] = daemon_json(registries).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o600 if "/tls/" in name else 0o644
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()
