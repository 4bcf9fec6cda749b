"""Wait for something that the engine does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from drydock.errors import DrydockError
from drydock.text import _

T = TypeVar("T")
PAUSE = 0.1  # s between two looks


def wait_until(look: Callable[[], T], what: str, timeout: float = 30.0) -> T:
    """Return the first true result of `look`; raise DrydockError after `timeout` s."""
    deadline = time.monotonic() + timeout
    while not (result := look()):
        if time.monotonic() > deadline:
            raise DrydockError(
                _("Waited {seconds:.0f} s in vain for: {what}.").format(seconds=timeout, what=what),
                _("What was started is still there."),
                _("`docker ps -a` and `docker logs` show what it does; then run the cell again."),
            )
        time.sleep(PAUSE)
    return result
