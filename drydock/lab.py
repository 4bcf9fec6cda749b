"""JupyterLab on lesson 01, with an engine ready."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from drydock import images
from drydock.client import connect
from drydock.engine import paths
from drydock.engine.command import environment
from drydock.workcopy import fresh_copy

FIRST_IMAGES = ("debian:trixie-slim", "python:3.13-slim")


def run(arguments: Sequence[str]) -> None:
    """Get the engine and lesson 01's images, lay out the learner's copies, and become JupyterLab."""
    client = connect()
    images.need(client, *FIRST_IMAGES)
    client.close()
    for kind in ("notebooks", "exercises"):
        for notebook in sorted((paths.COURSE / kind).glob("*.ipynb")):
            fresh_copy(notebook, paths.work() / kind)
    first = next((paths.work() / "notebooks").glob("01_*.ipynb")).relative_to(paths.COURSE)
    os.chdir(paths.COURSE)
    sys.stdout.flush()
    # A login shell would reset the PATH on which `docker` is ours.
    shell = f"--ServerApp.terminado_settings=shell_command=['{os.environ.get('SHELL', '/bin/sh')}']"
    options = [
        "--ip=127.0.0.1",
        f"--LabApp.default_url=/lab/tree/{first}",
        shell,
        "--LabApp.collaborative=False",
    ]
    if os.geteuid() == 0:
        options.append("--allow-root")
    command = [sys.executable, "-m", "jupyterlab", *options, *arguments]
    os.execve(sys.executable, command, environment())
