"""Harbour with a tide table: the one page that costs processor time."""

import time

from app import app

COST = 0.02  # s of processor time


@app.get("/tides")
def tides() -> dict[str, float]:
    """Compute the tides, and say how much processor time (s) it took."""
    begin = time.thread_time()
    while (cost := time.thread_time() - begin) < COST:
        pass
    return {"cost": cost}
