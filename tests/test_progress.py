"""A step that takes a while says so: in lines, in a notebook's output or on the standard error."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

CODE = """\
from drydock import progress
with progress.step("Building a stand-in for something whose name goes on for more than one line of text", 3) as bar:
    bar.advance()
    print("meanwhile")
"""
SAID = "Building a stand-in for something whose name goes on for more than one line of text"


def test_in_a_notebook() -> None:
    """Text, and no widget."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    outputs = notebook.cells[0].outputs
    assert {output.get("name") for output in outputs} == {"stdout"}, outputs
    assert "".join(output.text for output in outputs) == f"{SAID} ...\nmeanwhile\n{SAID}: done in 0 s\n"


@pytest.mark.parametrize("color", ["", "1"])
def test_without_a_terminal(color: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env={"NO_COLOR": color, "PATH": ""}
    )  # fmt: skip
    assert done.stdout == "meanwhile\n"
    assert done.stderr == f"{SAID} ...\n{SAID}: done in 0 s\n"
