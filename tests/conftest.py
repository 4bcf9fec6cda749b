"""The real engine for all tests, and the proof that nothing of ours is left on it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

import drydock
from drydock import session
from drydock.client import LabellingClient, connect
from drydock.clusters import ending, names
from drydock.clusters.engine import labelling
from drydock.removing import images_with

FOUND = "DRYDOCK_TEST_FOUND"  # what was on the engine before the first of several runs of pytest, as JSON
# The lesson whose names on the engine a test uses, as in tests/lessons/test_lesson01.py or notebooks/01_....ipynb.
LESSON = re.compile(r"(?:test_lesson|^notebooks/|^solutions/)(\d\d)[_.]")
MEASURES = "notebooks/06_*.ipynb"  # compares times, so needs a machine that does nothing else
USED = pytest.StashKey[bool]()  # whether this process has run a test of the cluster
FIRST_ON_CLUSTER = 11  # the lessons from here on use the cluster
ON_CLUSTER = "tests/clusters/"
OF_LESSON_01 = ("tests/test_side_by_side.py", "tests/test_contributing.py")
# What runs in one process and takes long, longest first: so no process is left with it at the end. The first two with an
# emulated machine make what the next ones use.
LONG = (
    "cluster",
    "tests/drills/test_drills_07_to_10.py",
    "04",
    "05",
    "tests/drills/test_drills_03_04.py",
    "tests/drills/test_drills_06.py",
    "tests/drills/test_drills_05.py",
    "10",
    "03",
    "08",
    "07",
    "09",
    "06",
    "02",
    "tests/binder/test_in_use.py",
    "tests/microvm/test_keeping.py",
    "tests/microvm/test_using.py",
    "tests/binder/test_binder.py",
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: needs the machine, or the engine, for itself")
    config.addinivalue_line(
        "markers", "emulated: keeps one processor busy for minutes, with an emulated machine"
    )
    config.addinivalue_line("markers", "cluster: needs the course's Kubernetes cluster")
    config.addinivalue_line("markers", "last: runs after every other test and notebook")


@pytest.hookimpl(tryfirst=True)  # before -m takes its choice
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.match(MEASURES):
            item.add_marker(pytest.mark.alone)
        lesson = LESSON.search(item.nodeid)
        if lesson and int(lesson[1]) >= FIRST_ON_CLUSTER:
            item.add_marker(pytest.mark.cluster)
    items.sort(key=place)


def place(item: pytest.Item) -> list[int]:
    """Return what decides when a test begins, in comparison with others; where these are equal, their order stays."""
    scope = scope_of(item.nodeid)
    start = LONG.index(scope) if scope in LONG and not item.get_closest_marker("alone") else len(LONG)
    return [item.get_closest_marker("last") is not None, start]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("cluster"):
        item.config.stash[USED] = True


def scope_of(nodeid: str) -> str:
    """Return the lesson of a test, as those of one share names; "cluster" for all that use that; else the test's file."""
    file = nodeid.partition("::")[0]
    lesson = LESSON.search(file)
    if file.startswith(ON_CLUSTER) or (lesson and int(lesson[1]) >= FIRST_ON_CLUSTER):
        return "cluster"
    return lesson[1] if lesson else "01" if file in OF_LESSON_01 else file


class ByLesson(LoadScopeScheduling):
    """Where tests run in several processes, those with the same `scope_of` run in one, in order."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByLesson:
    return ByLesson(config, log)


def labelled(client: LabellingClient) -> set[str]:
    """Return what carries a label of ours on the engine, in any session."""
    filters = {"label": session.LESSON}
    found = {f"container {c.name}" for c in client.containers.list(all=True, filters=filters)}
    found |= {f"network {n.name}" for n in client.networks.list(filters=filters)}
    found |= {f"volume {v.name}" for v in client.volumes.list(filters=filters)}
    return found | {f"image {i['RepoTags'] or i['Id']}" for i in images_with(client, filters)}


@pytest.fixture(scope="session")
def client() -> Iterator[LabellingClient]:
    """A client on the engine that connect() finds, as lesson `test`; cleaned when the tests end."""
    connected = connect("test", quiet=True)
    yield connected
    drydock.clean(connected)
    connected.close()


@pytest.fixture(scope="session", autouse=True)
def before(client: LabellingClient, request: pytest.FixtureRequest) -> Iterator[set[str]]:
    """What of ours was on the engine before the first test: another notebook may be open beside us.

    A cluster that the tests have started, and nobody else, is removed when they end.
    """
    found = os.environ.get(FOUND)
    there = labelled(client) if found is None else set(json.loads(found))
    yield there
    if request.config.stash.get(USED, False):
        end_cluster(client, there)


def end_cluster(client: LabellingClient, before: set[str]) -> None:
    """Remove the cluster, unless it was there before the tests."""
    if f"container {names.NAME}" not in before:
        engine = labelling(client.engine)
        ending.remove(engine)
        engine.close()
