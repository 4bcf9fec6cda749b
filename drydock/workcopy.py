"""Learners work on copies of the exercises, in work/: a new version of the course never takes work away."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from drydock.errors import SetupError
from drydock.text import _
from drydock.writing import write_whole

RECORD = ".given.json"


def fresh_copy(exercise: Path, work: Path, prepare: Callable[[bytes], bytes] = bytes) -> Path:
    """The learner's copy of an exercise in `work`, made or brought up to date when that loses nothing.

    `prepare` turns the exercise's content into what the learner gets; the same content must give the same.
    A copy the learner has changed stays as it is, and so does one of which we don't know what we gave.
    Raises SetupError when the exercise is not there, OSError when `work` cannot be written.
    """
    content = prepare(_read(exercise))
    copy = work / exercise.name
    given = _given(work)
    current = _digest(copy.read_bytes()) if copy.exists() else None
    # An equal copy needs its record too: a run that ended between copy and record would leave it unknown.
    if current in (None, _digest(content)) or current == given.get(exercise.name):
        if current != _digest(content):
            write_whole(copy, content)
        if given.get(exercise.name) != _digest(content):
            write_whole(work / RECORD, _to_json({**given, exercise.name: _digest(content)}))
    return copy


def start_over(exercise: Path, work: Path) -> Path:
    """A new copy of an exercise; the one there was moves aside to NN_name.old-1.ipynb, .old-2 and so on.

    Raises SetupError when the exercise is not there (the learner's copy then stays where it is), OSError when
    `work` cannot be written.
    """
    _read(exercise)
    copy = work / exercise.name
    set_aside(copy)
    return fresh_copy(exercise, work)


def set_aside(path: Path) -> Path | None:
    """Rename a file or folder to NAME.old-1, .old-2 and so on; return its new path, or None if nothing is there."""
    if not path.exists():
        return None
    number = 1
    while (aside := path.with_name(f"{path.stem}.old-{number}{path.suffix}")).exists():
        number += 1
    return path.rename(aside)


def hand_out(path: Path, text: str, *, known: str | None = None) -> None:
    """Write a file that a task begins with; one that the learner has changed moves aside, and its new name is printed.

    `known` is another text of ours that may stand there, such as the project's own.
    """
    if path.exists() and path.read_text() not in (text, known) and (old := set_aside(path)):
        print(_("{old}: what you had").format(old=old.name))
    path.write_text(text)


def _read(exercise: Path) -> bytes:
    try:
        return exercise.read_bytes()
    except FileNotFoundError as error:
        raise SetupError(
            _("There is no exercise {name}.").format(name=exercise.name),
            _("Your own work is unchanged."),
            _("Look in the folder exercises/ for the names there are."),
        ) from error


def _given(work: Path) -> dict[str, str]:
    try:
        record = json.loads((work / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}  # nothing known: every copy counts as the learner's, and stays
    return {str(name): str(digest) for name, digest in record.items()} if isinstance(record, dict) else {}


def _to_json(record: dict[str, str]) -> bytes:
    return (json.dumps(record, indent=2, sort_keys=True) + "\n").encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
