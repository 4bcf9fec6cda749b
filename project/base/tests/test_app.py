"""What Harbour promises to those who call it."""

import app
import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def client():
    app.ships.clear()
    return TestClient(app.app)


def test_a_ship_is_moored(client):
    assert client.put("/berths/3", json={"name": "Rainbow"}).status_code == 200
    assert client.get("/berths").json() == {"3": "Rainbow"}


def test_a_taken_berth_is_refused(client):
    client.put("/berths/3", json={"name": "Rainbow"})
    assert client.put("/berths/3", json={"name": "Sirius"}).status_code == 409
    assert client.get("/berths").json() == {"3": "Rainbow"}


@pytest.mark.parametrize("number", [0, 9])
def test_a_berth_that_does_not_exist(client, number):
    assert client.put(f"/berths/{number}", json={"name": "Rainbow"}).status_code == 404


def test_maintenance_is_not_healthy(client, tmp_path, monkeypatch):
    monkeypatch.setattr(app, "MAINTENANCE", tmp_path / "maintenance")
    assert client.get("/health").status_code == 200
    app.MAINTENANCE.touch()
    assert client.get("/health").status_code == 503
