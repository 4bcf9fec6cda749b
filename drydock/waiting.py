"""Wait for something that the engine does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from drydock.errors import DrydockError
from drydock.text import _

T = TypeVar("T")
PAUSE = 0.1  # s between two looks
PATIENCE = 30.0  # s
slowness = 1.0  # how many times longer the engine in use may take; set by connect()


def patient(look: Callable[[], T], timeout: float, enough: Callable[[T], object] = bool) -> T:
    """Return what `look` sees as soon as that is `enough`, or else what it sees after `timeout` s, or more where the engine is slow."""
    deadline = time.monotonic() + timeout * slowness
    while not enough(seen := look()) and time.monotonic() <= deadline:
        time.sleep(PAUSE)
    return seen


def wait_until(look: Callable[[], T], what: str, timeout: float = PATIENCE) -> T:
    """Return the first true result of `look`; raise DrydockError after `timeout` s, or more where the engine is slow."""
    if result := patient(look, timeout):
        return result
    raise DrydockError(
        _("Waited {seconds:.0f} s in vain for: {what}.").format(seconds=timeout * slowness, what=what),
        _("What was started is still there."),
        _("`docker ps -a` and `docker logs` show what it does; then run the cell again."),
    )
