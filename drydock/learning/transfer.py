"""Progress as one file, to keep or to take to another computer.

It is JSON, and not a copy of the database: whoever has it can read it, each of its fields is checked when it comes back,
and nothing that somebody sends is opened as a database.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import msgspec
from fsrs import Card

from drydock.learning import attempts, reviews, store, transfer_format
from drydock.learning.attempts import Attempt, Kind
from drydock.learning.store import ProgressError
from drydock.learning.transfer_format import Kept, Memory, Progress, Try
from drydock.text import _
from drydock.writing import write_whole

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Merged:
    """How many attempts and cards of a file were new here, or newer than ours."""

    attempts: int
    cards: int

    def __str__(self) -> str:
        text = _("{attempts} attempts and {cards} cards were new; all else was here already.")
        return text.format(attempts=self.attempts, cards=self.cards)


def export(file: Path) -> int:
    """Write all attempts and cards to a file, and return how many attempts there are.

    Raises ProgressError where another file is in the place, or an export with attempts that are not in ours.
    """
    there = _export_there(file) if file.exists() else None
    with store.opened() as connection:
        tries = [Try(**asdict(attempt)) for attempt in attempts.read(connection)]
        cards = [Kept(kind, item, Memory(**vars(card))) for kind, item, card in _cards(connection)]
    if there and {one.id for one in there.attempts} - {one.id for one in tries}:
        raise ProgressError(
            _("{file} has attempts that your progress does not have.").format(file=file),
            _("It was not changed."),
            _("`drydock progress import` adds them; or choose another name."),
        )
    content = msgspec.json.encode(Progress(transfer_format.VERSION, tries, cards))
    try:
        write_whole(file, msgspec.json.format(content) + b"\n")
    except OSError as error:
        raise ProgressError(
            _("{file} can't be written: {error}.").format(file=file, error=error.strerror),
            _("Nothing was exported."),
            _("name a file in a folder of yours."),
        ) from None
    return len(tries)


def _export_there(file: Path) -> Progress:
    """Return the export that is there. Raises ProgressError for any other file: only an older one is replaced."""
    try:
        return transfer_format.read(file)
    except ProgressError as error:
        raise ProgressError(error.what, _("It was not changed."), _("choose another name.")) from None


def merge(file: Path) -> Merged:
    """Add a file's attempts to ours, and take its cards that were reviewed later than ours. All of it, or nothing.

    Nothing of ours is lost, and to do it again changes nothing. Raises ProgressError for a file that is no export, that
    is broken, or that a newer course has written.
    """
    read = transfer_format.read(file)
    tries = [Attempt(**msgspec.structs.asdict(one)) for one in read.attempts]
    with store.opened() as connection:
        new = attempts.write(connection, tries)
        return Merged(new, sum(_take(connection, one) for one in read.cards))


def _take(connection: sqlite3.Connection, theirs: Kept) -> bool:
    ours = reviews.card_of(connection, theirs.kind, theirs.item)
    card = theirs.card.scheduled()
    if ours and _reviewed(card) <= _reviewed(ours):
        return False
    reviews.keep(connection, theirs.kind, theirs.item, card)
    return True


def _reviewed(card: Card) -> datetime:
    """Return when a card was reviewed; a time that is not yet comes from a wrong clock, and counts for nothing."""
    last = card.last_review or LONG_AGO
    return last if last <= attempts.now() + attempts.AHEAD else LONG_AGO


def _cards(connection: sqlite3.Connection) -> list[tuple[Kind, str, Card]]:
    rows = connection.execute("SELECT kind, item, card FROM cards ORDER BY kind, item").fetchall()
    return [(cast(Kind, row["kind"]), row["item"], Card.from_json(row["card"])) for row in rows]
