"""The set-up: interrupted at any stage it goes on, and what it can't do it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course that is only a package of no content."""
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "nothing"\nversion = "0"\n[tool.setuptools]\npy-modules = []\n'
    )
    venv = tmp_path / ".venv"
    for name, path in (("ROOT", tmp_path), ("VENV", venv), ("STAMP", venv / ".ready")):
        monkeypatch.setattr(bootstrap, name, str(path))
    return tmp_path


def test_a_python_that_is_too_old(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(
        SystemExit,
        match=r"This is Python 3.9; the course needs 3.11 or newer.\nNothing was changed.\nHint: .*make PYTHON=",
    ):
        bootstrap.main()
    assert not (course / ".venv").exists()


def test_no_venv_module_and_no_root(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "call", lambda *args, **kwargs: 1)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    with pytest.raises(
        SystemExit, match=r"no venv module.\nNothing was changed.\nHint: install the package python3.\d+-venv"
    ):
        bootstrap.main()


def test_interrupted_at_each_stage_it_goes_on(course: Path, capfd: pytest.CaptureFixture[str]) -> None:
    venv = course / ".venv"
    # Killed while the virtual environment was made: a python without pip. Then the packages can't be had.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (course / "requirements.txt").write_text("./not-there\n")
    with pytest.raises(
        SystemExit,
        match=r"did not work; the lines above say why.\nThe set-up is not complete.*\nHint: .*goes on from here",
    ):
        bootstrap.main()
    assert "Making the virtual environment" in capfd.readouterr().out
    # Killed while the packages were installed, or just before the end: no stamp, or one under its first name.
    (course / "requirements.txt").write_text("")
    (venv / ".ready.new").write_text("half")
    bootstrap.main()
    said = capfd.readouterr().out
    assert "Making the virtual environment" not in said
    assert "Installing the course: done" in said
    bootstrap.main()
    assert capfd.readouterr().out == ""
    # A new version of the course with other requirements.
    (course / "requirements.txt").write_text("# another\n")
    bootstrap.main()
    assert "Installing the Python packages" in capfd.readouterr().out
