"""Harbour with its memory outside: ships in PostgreSQL, calls for a pilot in Redis; and a log, and figures."""

import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager

import jsonlog
import psycopg
import redis
import store
from app import BERTHS, Ship
from fastapi import FastAPI, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from psycopg_pool import ConnectionPool
from settings import Settings

settings = Settings.read()
log = jsonlog.start("web", settings.log_level)
queue = redis.Redis.from_url(settings.queue)
REQUESTS = Counter("harbour_requests_total", "Requests that were answered", ["method", "path", "status"])
SECONDS = Histogram("harbour_request_seconds", "Time to the answer", ["path"])


class Ships(store.Postgres):
    """The ships, over connections that are kept open; one that breaks is replaced."""

    def __init__(self, database: str, password: str) -> None:
        self.pool = ConnectionPool(database, kwargs={"password": password}, min_size=1, open=False)

    def _connect(self) -> AbstractContextManager[psycopg.Connection]:
        return self.pool.connection()


ships = Ships(settings.database, settings.password)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Take no request before the database answers; end in order."""
    ships.pool.open(wait=True, timeout=10)
    yield
    ships.pool.close()


app = FastAPI(title="Harbour", lifespan=lifespan)


@app.middleware("http")
async def observe(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Count and time each request, write one line for it, and give it an id that later lines carry, too."""
    request.state.id = request.headers.get("X-Request-ID") or uuid.uuid4().hex
    begin, status = time.perf_counter(), 500  # what the client gets when the answer fails
    try:
        response = await answer(request)
        status = response.status_code
    finally:
        route = request.scope.get("route")
        path = (
            route.path if route else "unknown"
        )  # the template: each value of a label is a series of its own
        REQUESTS.labels(request.method, path, status).inc()
        SECONDS.labels(path).observe(time.perf_counter() - begin)
        if path not in ("/health", "/metrics"):
            data = {"request": request.state.id, "method": request.method, "path": request.url.path}
            log.info("request", extra={"data": {**data, "status": status}})
    return response


@app.get("/health")
def health() -> dict[str, str]:
    """Tell whether this process can take requests."""
    return {"status": "ok"}


@app.get("/metrics")
def metrics() -> Response:
    """Return what this process has counted, as Prometheus reads it."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@app.get("/berths")
def berths() -> dict[int, str]:
    """Return the ships by their berth."""
    return ships.all()


@app.put("/berths/{number}")
def moor(number: int, ship: Ship, request: Request) -> Ship:
    """Moor a ship, and call a pilot; refuse a berth that does not exist or is taken."""
    if not 1 <= number <= BERTHS:
        raise HTTPException(404, f"there are berths 1 to {BERTHS}")
    if (there := ships.moor(number, ship.name)) != ship.name:
        raise HTTPException(409, f"{there} lies at berth {number}")
    queue.rpush("pilots", f"{request.state.id} {ship.name}")
    return ship
