"""Harbour's worker: takes the calls for a pilot from the queue, one at a time, and logs each trip."""

import signal
import socket
import time

import jsonlog
import psycopg
import redis
from prometheus_client import Counter, start_http_server
from settings import Settings

TRIP = 0.05  # s that a pilot needs
PATIENCE = 1  # s to wait for a call, before looking whether the end is asked for
JOBS = Counter("harbour_jobs_total", "Trips that were made")


def main() -> None:
    """Work until SIGTERM; the trip that has begun is brought to its end."""
    settings = Settings.read()
    log = jsonlog.start("worker", settings.log_level)
    ended = []
    signal.signal(signal.SIGTERM, lambda _number, _frame: ended.append(True))
    queue = redis.Redis.from_url(settings.queue, decode_responses=True)
    name = socket.gethostname()
    start_http_server(9100)
    with psycopg.connect(settings.database, password=settings.password, autocommit=True) as database:
        log.info("ready")
        while not ended:
            call = queue.blpop(["pilots"], timeout=PATIENCE)
            if call is None:
                continue
            request, ship = call[1].split(" ", 1)
            time.sleep(TRIP)
            database.execute("INSERT INTO trips (ship, worker) VALUES (%s, %s)", (ship, name))
            JOBS.inc()
            log.info("trip", extra={"data": {"request": request, "ship": ship}})
    log.info("done")


if __name__ == "__main__":
    main()
