"""`make remove` deletes what is ours, and only that."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from drydock import removal
from drydock.errors import DrydockError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_nothing_there(home: Path) -> None:
    assert removal.remove() == "Nothing of ours was there."
    assert not home.exists()


def test_says_what_and_how_much_and_leaves_the_rest(home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "thesis").write_text("mine")
    (home / "engine-trixie").mkdir()
    (home / "engine-trixie/large").write_bytes(bytes(3_000_000))
    (home / "engine-trixie/link").symlink_to(outside)
    (home / "packages").symlink_to(outside)
    (home / "start.lock").touch()
    (home / "my-notes").write_text("mine")
    said = removal.remove()
    assert f"Deleted {home}/engine-trixie: 3 MB" in said
    assert [path.name for path in home.iterdir()] == ["my-notes"]
    assert (outside / "thesis").read_text() == "mine"


def test_does_not_delete_through_a_mount(home: Path, tmp_path: Path) -> None:
    inside = home / "engine-trixie/mnt"
    inside.mkdir(parents=True)
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    subprocess.run(["mount", "--bind", str(precious), str(inside)], check=True)
    try:
        with pytest.raises(DrydockError, match=r"mounted below .*\nIt was not deleted.\nHint: unmount it"):
            removal.remove()
    finally:
        subprocess.run(["umount", str(inside)], check=True)
    assert (precious / "file").exists()
