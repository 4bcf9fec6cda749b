"""Where the private engine keeps its files."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

COURSE = Path(__file__).resolve().parents[2]


def home() -> Path:
    """Return the folder that holds everything of ours: `DRYDOCK_HOME`, else `drydock` in the user's cache."""
    return Path(os.environ.get("DRYDOCK_HOME") or platformdirs.user_cache_path("drydock"))


def work() -> Path:
    """Return the folder of the learner's own copies: `DRYDOCK_WORK`, else `work` in the course's folder."""
    return Path(os.environ.get("DRYDOCK_WORK") or COURSE / "work")


def downloads() -> Path:
    """Return the folder of Debian packages, kept so that an interrupted build goes on where it was."""
    return home() / "packages"


def state() -> Path:
    """Return the folder that the running engine writes to: socket, log, images, containers, volumes."""
    return home() / "engine"


def socket() -> Path:
    """Return the private engine's API socket."""
    return state() / "docker.sock"


def machine() -> Path:
    """Return the folder of the learner's emulated machine: disk, saved state, keys."""
    return home() / "machine"
