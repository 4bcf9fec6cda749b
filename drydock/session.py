"""Who made an object: the labels that mark what is ours, and whose."""

from __future__ import annotations

import getpass
import hashlib
import os
import uuid
from functools import cache
from pathlib import Path

SESSION = "dev.drydock.session"
LESSON = "dev.drydock.lesson"
LEARNER = "dev.drydock.learner"
CLUSTER = "cluster"  # the lesson's label on the cluster's own objects, which all lessons share


@cache
def learner() -> str:
    """Return a short id of the person: the same in each of their notebooks, another on a shared engine."""
    return hashlib.sha256(f"{getpass.getuser()}:{Path.home()}:{uuid.getnode()}".encode()).hexdigest()[:8]


@cache
def session() -> str:
    """Return the id of this notebook: it outlives a restart of its kernel, and differs between notebooks.

    Source: Jupyter Server sets JPY_SESSION_NAME to the notebook's path; without it each process is a session.
    """
    notebook = os.environ.get("JPY_SESSION_NAME") or uuid.uuid4().hex
    return f"{learner()}-{hashlib.sha256(notebook.encode()).hexdigest()[:8]}"


def labels(lesson: str | None) -> dict[str, str]:
    """Return the labels for what this session makes."""
    return {SESSION: session(), LEARNER: learner(), LESSON: lesson or "none"}
