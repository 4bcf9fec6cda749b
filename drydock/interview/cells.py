"""A proof as the lines of a notebook's cell, and blocks of code in Markdown."""

from __future__ import annotations

import re

from drydock.interview.proving import needed
from drydock.interview.question import Proof


def proof_lines(proof: Proof) -> str:
    """Return a proof's lines as a notebook's cell takes them: with the names that they know, and what is given."""
    return "\n".join([
        "from drydock.client import current",
        "from drydock.images import need",
        "from drydock.interview import proving",
        "",
        *(f"need(current(), {image!r})" for image in needed(proof)),
        f"lines = {_literal(proof.run)}",
        f"proving.run(current(), lines, {proof.given!r})    # {proof.result!r}",
        f"proving.run(current(), lines, {proof.counter!r})    # {proof.counter_result!r}",
    ])  # fmt: skip


def _literal(lines: str) -> str:
    """Return lines as a Python literal that can be read where that is possible."""
    if "'''" in lines:
        return repr(lines)
    return f"r'''\n{lines.rstrip()}\n'''"


def fenced(content: str, language: str) -> str:
    """Return a block of code that its own backticks can't end."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{content}\n{fence}"
