"""After all tests and notebooks nothing of ours is left on the engine."""

from __future__ import annotations

import pytest

import drydock
from drydock.client import LabellingClient
from tests.conftest import end_cluster, labelled


@pytest.mark.alone
@pytest.mark.last
def test_nothing_of_ours_is_left(client: LabellingClient, before: set[str]) -> None:
    drydock.clean(client)
    end_cluster(client, before)
    assert labelled(client) - before == set()
