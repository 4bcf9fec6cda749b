"""System packages: installed where we are root on a Debian, else named."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess

from drydock.errors import SetupError
from drydock.progress import step
from drydock.text import _


def require(command: str, package: str) -> None:
    """Make sure a command exists; raise SetupError, which names its package, where we can't install it."""
    if not shutil.which(command, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
        _install(package, _("The command {command} is missing.").format(command=command))


def require_library(library: str, package: str) -> None:
    """Make sure a shared library exists, `library` without "lib" and ".so"; raises as `require` does."""
    if not ctypes.util.find_library(library):
        _install(package, _("The library {library} is missing.").format(library=f"lib{library}"))


def _install(package: str, missing: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(
            missing,
            _("Nothing was changed."),
            _("install the package {package} with your system's package manager.").format(package=package),
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(_("Installing the system package {package}").format(package=package)):
        for command in (["update"], ["install", "-y", "--no-install-recommends", package]):
            subprocess.run(
                ["apt-get", "-qq", *command], check=True, stdout=subprocess.DEVNULL, env=environment
            )
