"""JupyterLab on lesson 01, with an engine ready."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat

from drydock import images
from drydock.client import connect
from drydock.engine import paths
from drydock.engine.command import environment
from drydock.workcopy import fresh_copy

JUPYTER = (
    Path(__file__).parent / "jupyter"
)  # our defaults, such as no question about news; a learner's settings win


def run(arguments: Sequence[str]) -> None:
    """Get the engine and lesson 01's images, lay out the learner's copies, and become JupyterLab."""
    client = connect()
    images.need(client, *images.LESSONS["01"])
    client.close()
    work = paths.work()
    for kind in ("notebooks", "exercises", "practice"):
        for notebook in sorted((paths.COURSE / kind).glob("*.ipynb")):
            fresh_copy(notebook, work / kind, without_outputs)
    # The whole course is in the file browser, unless work/ is elsewhere: a server shows one folder.
    root = paths.COURSE if work.is_relative_to(paths.COURSE) else work
    first = next((work / "notebooks").glob("01_*.ipynb")).relative_to(root)
    os.chdir(root)
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
    configured = [str(JUPYTER), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    os.execve(sys.executable, command, {**environment(), "JUPYTER_CONFIG_PATH": os.pathsep.join(configured)})


def without_outputs(content: bytes) -> bytes:
    """Return a notebook without its outputs: a learner predicts them first."""
    notebook = nbformat.reads(content.decode(), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return bytes(nbformat.writes(notebook).encode())
