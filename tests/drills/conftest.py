"""What tests of drills without an engine have in common."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drydock.drills import current, running
from tests.drills.fake import Engine, Silent


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Engine]:
    """An engine that is none, and a learner's work folder and progress of their own."""
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("DRYDOCK_PROGRESS", str(tmp_path / "progress.db"))
    monkeypatch.setattr(running.images, "need", lambda client, *images: None)
    monkeypatch.setattr(Silent, "fails", None)
    yield Engine()
    if (panel := current.under_way()) is not None:
        panel.close()
