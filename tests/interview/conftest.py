"""Progress in a file of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "progress.db"
    monkeypatch.setenv("DRYDOCK_PROGRESS", str(file))
    return file
