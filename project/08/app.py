"""Harbour: which ship lies at which berth."""

import os
from pathlib import Path

import store
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

BERTHS = 8
MAINTENANCE = Path("/tmp/maintenance")  # while this file exists, the service asks for no traffic

app = FastAPI(title="Harbour")
ships = store.ships(os.environ.get("DATABASE_URL"))


class Ship(BaseModel):
    """A ship at a berth."""

    name: str


@app.get("/health")
def health() -> dict[str, str]:
    """Tell whether the service can take requests."""
    if MAINTENANCE.exists():
        raise HTTPException(503, "under maintenance")
    return {"status": "ok"}


@app.get("/berths")
def berths() -> dict[int, str]:
    """Return the ships by their berth."""
    return ships.all()


@app.put("/berths/{number}")
def moor(number: int, ship: Ship) -> Ship:
    """Moor a ship; refuse a berth that does not exist or is taken."""
    if not 1 <= number <= BERTHS:
        raise HTTPException(404, f"there are berths 1 to {BERTHS}")
    if (there := ships.moor(number, ship.name)) != ship.name:
        raise HTTPException(409, f"{there} lies at berth {number}")
    return ship


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8000)
