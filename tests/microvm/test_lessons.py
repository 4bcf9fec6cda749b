"""Parts of lessons on the second platform: what they say of AppArmor and cgroup version 2, with the outputs that are stored.

Lesson 06 runs there as a whole in Binder's test.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drydock.engine import paths
from tests.microvm.conftest import Learner

pytestmark = pytest.mark.emulated


BEGIN = """
import drydock
client = drydock.connect({lesson!r})
options = [option.removeprefix("name=").split(",")[0] for option in client.info()["SecurityOptions"]]
"""


def excerpt(notebook: Path, *sections: str) -> str:
    """Return a notebook with these sections alone, and a first cell with what they need of the others."""
    whole = json.loads(notebook.read_text())
    taken, found = False, set()
    begin = BEGIN.format(lesson=notebook.name[:2])
    cells = [{"cell_type": "code", "execution_count": None, "id": "begin", "outputs": [], "source": begin,
              "metadata": {"tags": ["nbval-ignore-output"]}}]  # fmt: skip
    for cell in whole["cells"]:
        for line in "".join(cell["source"]).splitlines() if cell["cell_type"] == "markdown" else ():
            if line.startswith("## "):
                taken = line.removeprefix("## ") in sections
                found.add(line.removeprefix("## "))
        if taken and cell["cell_type"] == "code":
            cells.append(cell)
    assert found >= set(sections), f"{notebook.name} has no section {set(sections) - found}"
    return json.dumps({**whole, "cells": cells})


@pytest.mark.parametrize(
    ("notebook", "sections"),
    [
        ("solutions/06_lifecycle_and_limits.ipynb", ["06.2 In a terminal: four exit codes"]),
        ("notebooks/09_security.ipynb", ["AppArmor and SELinux"]),
        ("solutions/09_security.ipynb", ["09.2 In a terminal: locked", "09.3 Set off a bomb"]),
    ],
)
def test_what_the_first_platform_may_lack(settled: Learner, notebook: str, sections: list[str]) -> None:
    """Cells and checks that read cgroup files, or that a kernel with AppArmor answers differently."""
    file = settled.home / "excerpt.ipynb"
    file.write_text(excerpt(paths.COURSE / notebook, *sections))
    said = settled.run(f"""
        options = ["-q", "-p", "no:cacheprovider", "--nbval", "--nbval-sanitize-with", "{paths.COURSE}/tests/sanitize.cfg"]
        command = [sys.executable, "-m", "pytest", *options, "--rootdir", "{settled.home}", "{file}"]
        print(subprocess.run(command, env=environment(), cwd="{settled.home}", capture_output=True, text=True).stdout)
        """)
    assert " passed" in said and "failed" not in said and "error" not in said, said
