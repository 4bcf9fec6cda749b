"""Lesson 04 within Binder's limits: by itself, so that another process can do it beside the other tests of that image."""

from __future__ import annotations

import os

import pytest
from docker.models.containers import Container

from tests.binder.conftest import run_lesson

pytestmark = [pytest.mark.emulated, pytest.mark.later]
LESSON = "04_dockerfile_best_practices"
HALF = "## RUN: what stays in a layer?"
LIMIT = 2100  # s, more than twice what all of it takes where nothing else runs
long = pytest.mark.skipif(
    not os.environ.get("DRYDOCK_LONG"), reason="a quarter of an hour of one processor: DRYDOCK_LONG=1 runs it"
)


def test_its_first_half_runs_within_the_limits(binder: Container) -> None:
    run_lesson(binder, LESSON, LIMIT / 2, until=HALF)


@long
def test_all_of_it_runs_within_the_limits(binder: Container) -> None:
    run_lesson(binder, LESSON, LIMIT)
