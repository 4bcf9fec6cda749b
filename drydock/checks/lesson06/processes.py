"""Count workers: the processes at the end of the tree."""

from __future__ import annotations

from docker.models.containers import Container

from drydock.checks.see import See

# Print the number of processes without children whose command line has a word in it, but for the one that counts.
COUNT = """
import os, pathlib, sys
parents, named = set(), set()
for folder in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        line = (folder / "cmdline").read_bytes()
    except OSError: continue
    parents.add(parent)
    if sys.argv[1].encode() in line and state != "Z": named.add(folder.name)
print(len(named - parents - {str(os.getpid())}))
"""


def count(see: See, container: Container, word: str) -> int:
    """Return how many processes without children have `word` in their command line. The image must have Python."""
    _code, text = see.exec(container, ["python", "-c", COUNT, word])
    return int(text) if text.isdigit() else 0
