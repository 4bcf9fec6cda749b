"""The questions as a deck for Anki. Its ids come from the questions' ids: a later import updates what is there."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import genanki

from drydock.interview.question import Question
from drydock.learning import rendering
from drydock.learning.store import ProgressError
from drydock.levels import about
from drydock.markup import inline
from drydock.text import _
from drydock.writing import write_whole

# Random once, and the same for ever: Anki knows the deck and the type of note by them.
DECK, MODEL = 1_793_402_611, 1_688_215_947
FIRST, SPAN = 1_600_000_000_000, 10**11  # Anki's ids are times in ms: ours look like some of 2020 to 2023
MARK = b"drydock"  # a package's comment, by which we know it again
FIELDS = ("Question", "About", "Answer", "Rubric", "Follow-ups", "Wrong answers", "Sources", "Id")
FRONT = "<div>{{Question}}</div><p><small>{{About}}</small></p>"
CSS = ".card { font-family: sans-serif; font-size: 18px; line-height: 1.4; text-align: left; max-width: 46em; margin: auto; }"


def export(file: Path, questions: Iterable[Question]) -> int:
    """Write the questions as a deck (.apkg), and return how many there are.

    Raises ProgressError where another file is in the place.
    """
    questions = list(questions)
    if file.exists() and not _is_ours(file):  # an older deck is replaced, and nothing else
        raise ProgressError(
            _("{file} is there already, and is no deck of the course.").format(file=file),
            _("It was not changed."),
            _("choose another name."),
        )
    deck = genanki.Deck(DECK, _("Drydock: Docker in interviews"))
    for place, question in enumerate(questions):
        deck.add_note(note(question, place))
    try:
        write_whole(file, _package(deck, questions))
    except OSError as error:
        raise ProgressError(
            _("{file} can't be written: {error}.").format(file=file, error=error.strerror),
            _("Nothing was exported."),
            _("name a file in a folder of yours."),
        ) from None
    return len(questions)


def note(question: Question, place: int = 0) -> genanki.Note:
    """Return the note of a question, the one at this place among new ones."""
    parts = [render(question) for _heading, render in rendering.parts()]
    fields = [inline(question.ask), about(question.lesson, question.level), *parts, question.id]
    tags = [f"lesson-{question.lesson}", question.level]
    guid = genanki.guid_for("drydock", question.id)
    return genanki.Note(model(), fields, guid=guid, tags=tags, due=place)


def model() -> genanki.Model:
    """Return the type of our notes: one card each, with the question in front."""
    headings = [heading for heading, _render in rendering.parts()]
    back = "".join(
        f"<h4>{heading}</h4>{{{{{field}}}}}" for heading, field in zip(headings, FIELDS[2:-1], strict=True)
    )
    template = {"name": "Question", "qfmt": FRONT, "afmt": f"{{{{FrontSide}}}}<hr id=answer>{back}"}
    return genanki.Model(MODEL, "Drydock", [{"name": name} for name in FIELDS], [template], css=CSS)


def ids(questions: Iterable[Question]) -> Iterator[int]:
    """Give the ids of each question's note and card, in the order in which genanki asks for them."""
    for question in questions:
        for part in ("note", "card"):
            digest = hashlib.sha256(f"drydock {part} {question.id}".encode()).digest()
            yield FIRST + int.from_bytes(digest[:8]) % SPAN


def _is_ours(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.comment == MARK
    except (OSError, zipfile.BadZipFile):
        return False


def _package(deck: genanki.Deck, questions: list[Question]) -> bytes:
    """Return a package as genanki writes it, but with our ids, and without a temporary file that it would leave."""
    content = BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "collection.anki2"
        with closing(sqlite3.connect(file)) as connection:
            # Now, as Anki takes a note over only if it is newer than the one that is there.
            genanki.Package(deck).write_to_db(connection.cursor(), time.time(), ids(questions))
            connection.commit()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, file.name)
            archive.writestr("media", json.dumps({}))
            archive.comment = MARK
    return content.getvalue()
