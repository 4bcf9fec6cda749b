"""The form of an exported progress file, and how one is read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fsrs import Card, State
from msgspec import Meta, Struct

from drydock.learning.attempts import Kind
from drydock.learning.store import ProgressError
from drydock.text import _

NAME, VERSION = "drydock-progress", 1
Moment = Annotated[datetime, Meta(tz=True)]
Text = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=0, lt=2**53)]
Positive = Annotated[float, Meta(gt=0)]


class Try(Struct, frozen=True, forbid_unknown_fields=True):
    """An attempt; see attempts.Attempt."""

    kind: Kind
    item: Text
    passed: bool
    hints: Count
    seconds: Annotated[float, Meta(ge=0)] | None
    details: dict[str, Any]
    at: Moment
    id: Text

    def __post_init__(self) -> None:
        _utc(self.at)


class Memory(Struct, frozen=True, forbid_unknown_fields=True):
    """What the scheduler knows of an item; see fsrs.Card."""

    card_id: Count
    state: State
    step: Count | None
    stability: Positive | None
    difficulty: Annotated[float, Meta(ge=1, le=10)] | None
    due: Moment
    last_review: Moment | None

    def __post_init__(self) -> None:
        known = self.stability is not None and self.difficulty is not None and self.last_review is not None
        if self.state != State.Learning and not known:
            raise ValueError("a card that was learnt has a stability, a difficulty and a last review")
        if self.state == State.Relearning and self.step is None:
            raise ValueError("a card that is learnt again has a step")
        self.scheduled()

    def scheduled(self) -> Card:
        """Return it as the scheduler has it, its times in UTC."""
        last = self.last_review and _utc(self.last_review)
        return Card(
            self.card_id, self.state, self.step, self.stability, self.difficulty, _utc(self.due), last
        )  # fmt: skip


class Kept(Struct, frozen=True, forbid_unknown_fields=True):
    """An item that comes back."""

    kind: Kind
    item: Text
    card: Memory


class Header(Struct, frozen=True, tag_field="format", tag=NAME):
    """What tells whose file it is, and of which version."""

    version: Annotated[int, Meta(ge=1)]


class Progress(Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag=NAME):
    """All of an export."""

    version: Annotated[int, Meta(ge=1)]
    attempts: list[Try]
    cards: list[Kept]


def read(file: Path) -> Progress:
    """Return a file's content. Raises ProgressError for one that is no export, is broken, or of a newer version."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _error(_("{file} can't be read: {error}.").format(file=file, error=error.strerror)) from None
    try:
        there = msgspec.json.decode(content, type=Header).version
    except (msgspec.DecodeError, UnicodeDecodeError):  # a validation error is a decode error
        raise _error(
            _("{file} is no progress that drydock has exported, or a part of it only.").format(file=file)
        ) from None
    if there > VERSION:
        text = _("{file} is of version {there} of exports, and this course knows {ours}.")
        raise _error(
            text.format(file=file, there=there, ours=VERSION), _("import it with the course that wrote it.")
        )
    try:
        return msgspec.json.decode(content, type=Progress)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _error(_("{file} is broken: {error}").format(file=file, error=error)) from None


def _utc(at: datetime) -> datetime:
    """Return the same time in UTC. Raises ValueError for one at an end of the calendar, which has none there."""
    if not datetime.min.year < at.year < datetime.max.year:  # it may have none in another zone either
        raise ValueError(f"year {at.year} is out of range")
    return at.astimezone(UTC)


def _error(what: str, hint: str = "") -> ProgressError:
    return ProgressError(
        what,
        _("Your progress was not changed."),
        hint or _("name a file that `drydock progress export` has written."),
    )
