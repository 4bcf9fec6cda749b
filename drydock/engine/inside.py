"""What we put into an engine's root file system: settings for containers, and the program behind published ports."""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = "usr/local/lib/drydock"
FILES = ("bundle.jq", "inside.sh", "containerd.toml", "runc.sh", "setkey.pl")
# Modules of this package that run there, with the standard library alone.
MODULES = ("port.py", "forwarding.py")
PORT = f"""#!/bin/sh
# In docker-proxy's place.
PYTHONPATH=/{LIBRARY}/python exec python3 -S -m drydock.engine.port "$@"
"""


def sources() -> list[Path]:
    """Return the files that are put there."""
    return [HERE / name for name in (*FILES, *MODULES)]


def install(root: Path) -> None:
    """Put our files into a root file system."""
    modules = root / LIBRARY / "python/drydock/engine"
    modules.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(HERE / name, root / LIBRARY)
    for name in MODULES:
        shutil.copy(HERE / name, modules)
    _script(root / "usr/local/sbin/drydock-port", PORT)
    for name in ("runc", "crun", "buildkit-runc"):
        _script(root / "usr/local/sbin" / name, (HERE / "runc.sh").read_text())


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
