"""The real engine for all tests, and the proof that nothing of ours is left on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import drydock
from drydock import session
from drydock.client import LabellingClient, connect


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "last: runs after every other test and notebook")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


def labelled(client: LabellingClient) -> set[str]:
    """Return what carries a label of ours on the engine, in any session."""
    filters = {"label": session.LESSON}
    found = {f"container {c.name}" for c in client.containers.list(all=True, filters=filters)}
    found |= {f"network {n.name}" for n in client.networks.list(filters=filters)}
    found |= {f"volume {v.name}" for v in client.volumes.list(filters=filters)}
    return found | {f"image {i.tags or i.id}" for i in client.images.list(filters=filters)}


@pytest.fixture(scope="session")
def client() -> Iterator[LabellingClient]:
    """A client on the engine that connect() finds, as lesson `test`; cleaned when the tests end."""
    connected = connect("test", quiet=True)
    yield connected
    drydock.clean(connected)
    connected.close()


@pytest.fixture(scope="session", autouse=True)
def before(client: LabellingClient) -> set[str]:
    """What of ours was on the engine before the first test: another notebook may be open beside us."""
    return labelled(client)
