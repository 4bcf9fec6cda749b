"""A clock that can be stopped and goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

Now = Callable[[], float]


class Stopwatch:
    """Counts seconds while it runs."""

    def __init__(self, now: Now = time.monotonic) -> None:
        self._now, self._before = now, 0.0
        self._since: float | None = None

    @property
    def running(self) -> bool:
        """Whether it counts."""
        return self._since is not None

    @property
    def seconds(self) -> float:
        """The time that it has run so far."""
        return self._before + (0.0 if self._since is None else self._now() - self._since)

    def start(self) -> None:
        """Go on, if it does not run."""
        if self._since is None:
            self._since = self._now()

    def stop(self) -> None:
        """Keep the time so far."""
        self._before, self._since = self.seconds, None
