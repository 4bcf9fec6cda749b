"""System packages that are missing, for somebody who may not install them."""

from __future__ import annotations

from drydock.engine import system
from tests.engine.conftest import as_nobody


def test_a_missing_package_is_named() -> None:
    said = as_nobody(lambda: system.require("no-such-command", "some-package"))
    assert (
        "The command no-such-command is missing.\nNothing was changed.\nHint: install the package some-package"
        in said
    )
    said = as_nobody(lambda: system.require_library("no-such-library", "libsome"))
    assert "The library libno-such-library is missing." in said


def test_what_is_there_is_not_installed() -> None:
    assert as_nobody(lambda: system.require("sh", "no-such-package")) == ""
    assert as_nobody(lambda: system.require_library("c", "no-such-package")) == ""
