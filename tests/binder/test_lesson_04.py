"""Lesson 04 within Binder's limits: by itself, so that another process can do it beside the other tests of that image."""

from __future__ import annotations

import pytest
from docker.models.containers import Container

from tests.binder.conftest import run_lesson

pytestmark = [pytest.mark.emulated, pytest.mark.later]
LIMIT = 2100  # s, about three times what it takes where nothing else runs


def test_it_runs_within_the_limits(binder: Container) -> None:
    run_lesson(binder, "04_dockerfile_best_practices", LIMIT)
