"""Lesson 04 within Binder's limits: on demand, as it takes a quarter of an hour of one processor."""

from __future__ import annotations

import os

import pytest
from docker.models.containers import Container

from tests.binder.conftest import run_lesson

pytestmark = [
    pytest.mark.emulated,
    pytest.mark.skipif(
        not os.environ.get("DRYDOCK_LONG"),
        reason="takes a quarter of an hour of one processor: DRYDOCK_LONG=1 runs it",
    ),
]
LIMIT = 2100  # s, more than twice what it takes where nothing else runs


def test_it_runs_within_the_limits(binder: Container) -> None:
    run_lesson(binder, "04_dockerfile_best_practices", LIMIT)
