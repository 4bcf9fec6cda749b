"""What Docker's own errors leave out: what the state is now, and what to do."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from docker.errors import APIError

from drydock.errors import DrydockError
from drydock.text import _


@dataclass(frozen=True)
class Case:
    """A note for the errors that contain one of some words of the engine's, in lower case; `{name}` is what was asked for."""

    words: tuple[str, ...]
    note: str
    status: int | None = None  # HTTP status; None is any

    def fits(self, error: APIError) -> bool:
        text = str(error.explanation or error).lower()
        return self.status in (None, error.status_code) and any(words in text for words in self.words)


# The first that fits is added. Words: moby's daemon, libnetwork, and libnetwork/ipams.
CASES = (
    Case(
        ("already in use",),
        _("State now: nothing was made; the other container is as it was.\n"
          "Hint: choose another name, or drydock.clean() if {name!r} is from an earlier run of this notebook."),
        409,
    ),
    Case(
        ("volume is in use",),
        _("State now: the volume and its data are as they were.\n"
          "Hint: a stopped container has its volumes, too. `docker ps -a --filter volume={name}` lists who has it."),
        409,
    ),
    Case(
        ("bind source path does not exist",),
        _("State now: no container was made, and no folder.\n"
          "Hint: the path is looked up on the engine's machine. Compare its spelling, or make the folder first."),
    ),
    Case(
        ("for a local volume name",),
        _("State now: no container was made, and no volume.\n"
          "Hint: a name without a slash is a volume; a folder is named by its whole path, as in Path(folder).resolve()."),
    ),
    Case(
        ("address already in use", "port is already allocated"),
        _("State now: the container exists and is not running; who has the port keeps it.\n"
          "Hint: publish another port, or None as host port to let Docker choose a free one."),
    ),
    Case(
        ("pool overlaps",),
        _("State now: no network was made; the one that has these addresses is as it was.\n"
          "Hint: choose another range, or none to let Docker choose a free one; `docker network inspect` shows the range of a network. drydock.clean() if the other is from an earlier run of this notebook."),
    ),
    Case(
        ("predefined address pools", "non-overlapping ipv4 address pool"),
        _("State now: no network was made; the engine has given away all ranges that it chooses from.\n"
          "Hint: remove networks that nobody uses (drydock.clean(), `docker network ls`), or name a free range yourself."),
    ),
    Case(
        ("network with name",),
        _("State now: no network was made; the other one is as it was.\n"
          "Hint: choose another name, or drydock.clean() if {name!r} is from an earlier run of this notebook."),
        409,
    ),
    Case(
        ("already part of a swarm",),
        _("State now: your engine's Swarm is as it was.\n"
          "Hint: the lesson's Swarm is made of engines of its own; ask theirs, such as server.client.swarm. Yours need not leave its Swarm for anything here."),
    ),
    Case(
        ("no space left",),
        _("State now: the engine's disk is full.\n"
          "Hint: drydock.clean() removes what this notebook made; `docker system df` shows the rest."),
    ),
)  # fmt: skip


@contextmanager
def explained(name: str | None = "") -> Iterator[None]:
    """Add what a learner needs to an error of the engine: it stays a docker.errors.APIError, with its words first."""
    try:
        yield
    except APIError as error:
        for case in CASES:
            if case.fits(error):
                error.add_note(case.note.format(name=name))
                break
        raise error from None


def described(error: Exception) -> str:
    """Return what an error says, without what it adds."""
    if isinstance(error, DrydockError):
        return error.what
    if isinstance(error, subprocess.CalledProcessError):
        lines = str(error.stderr or error.stdout or error).strip().splitlines()
        return lines[-1] if lines else str(error)
    if isinstance(error, APIError):
        text = error.explanation or str(error)
        return text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return f"{type(error).__name__}: {error}"
