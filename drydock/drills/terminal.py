"""What a terminal remembers of its drill from one command to the next: a small file in the learner's work folder."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from drydock.client import LabellingClient
from drydock.drills.drill import find
from drydock.drills.running import Practice
from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.text import _
from drydock.writing import write_whole


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """A drill under way; times are in seconds, `at` since the epoch, `clock` where it has stopped."""

    slug: str
    seed: int
    at: float
    clock: float | None = None
    hints: int = 0
    checks: int = 0
    given_up: bool = False


def file() -> Path:
    """Return the file."""
    return paths.work() / "drills" / "terminal.json"


def save(kept: Kept) -> None:
    """Write it down, in one step."""
    write_whole(file(), msgspec.json.encode(kept))


def forget() -> None:
    """Remove the file: no drill is under way."""
    file().unlink(missing_ok=True)


def kept() -> Kept | None:
    """Return the drill under way; None when there is none. Raises DrydockError for a file that can't be read."""
    try:
        return msgspec.json.decode(file().read_bytes(), type=Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise DrydockError(
            _("{file} can't be read: {error}.").format(file=file(), error=error),
            _("What the drill made is still on the engine."),
            _("delete the file; `drydock clean` removes what drills made."),
        ) from None


def of(practice: Practice) -> Kept:
    """Return what is remembered of a drill."""
    clock = None if practice.ended is None else practice.clock
    return Kept(
        practice.drill.slug,
        practice.scene.seed,
        practice.at,
        clock,
        practice.hints,
        practice.checks,
        practice.given_up,
    )


def practice(client: LabellingClient, kept: Kept) -> Practice:
    """Return the drill as it goes on. Raises DrydockError where the course no longer has it."""
    drill = find(kept.slug)
    # Another process's monotonic clock may count from another start; a wall clock may have been set back.
    gone = max(0.0, time.time() - kept.at) if kept.clock is None else kept.clock
    begun = time.monotonic() - gone
    ended = None if kept.clock is None else begun + kept.clock
    scene = drill.scene(client, kept.seed)
    return Practice(drill, scene, begun, kept.at, ended, kept.hints, kept.checks, kept.given_up)
