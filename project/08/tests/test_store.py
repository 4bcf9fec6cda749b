"""Ships in memory and in PostgreSQL: the same promises. DATABASE_URL names a database whose ships may go."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import store

DATABASE = os.environ.get("DATABASE_URL")


@pytest.fixture(params=["memory", "database"])
def ships(request):
    if request.param == "database" and not DATABASE:
        pytest.skip("no DATABASE_URL")
    opened = store.ships(DATABASE if request.param == "database" else None)
    opened.clear()
    yield opened
    opened.clear()


def test_who_comes_first_lies_there(ships):
    assert ships.moor(3, "Rainbow") == "Rainbow"
    assert ships.moor(3, "Sirius") == "Rainbow"
    assert ships.all() == {3: "Rainbow"}


def test_two_at_once(ships):
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda number: ships.moor(5, f"ship {number}"), range(8)))
    assert len(answers) == 1
    assert set(ships.all().values()) == answers


@pytest.mark.skipif(not DATABASE, reason="no DATABASE_URL")
def test_a_second_worker_sees_the_same():
    one, other = store.ships(DATABASE), store.ships(DATABASE)
    one.clear()
    one.moor(7, "Sirius")
    assert other.all() == {7: "Sirius"}
    one.clear()
