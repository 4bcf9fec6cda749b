"""How a time is written, and a thread that shows a clock each second."""

from __future__ import annotations

import threading
from collections.abc import Callable

TICK = 1.0  # s


def minutes(seconds: float) -> str:
    """Return a time as mm:ss; an hour is 60:00."""
    whole = int(seconds)
    return f"{whole // 60:02d}:{whole % 60:02d}"


class Ticker(threading.Thread):
    """Calls `show` each second, until `stop`. A thread, as a kernel's own loop stands still while a cell runs."""

    def __init__(self, show: Callable[[], object]) -> None:
        super().__init__(name="clock", daemon=True)
        self._show, self._over = show, threading.Event()

    def run(self) -> None:
        while not self._over.wait(TICK):
            self._show()

    def stop(self) -> None:
        """End it, and wait for that."""
        self._over.set()
        if self.is_alive() and threading.current_thread() is not self:
            self.join(timeout=2 * TICK)
