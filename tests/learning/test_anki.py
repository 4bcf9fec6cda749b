"""The deck for Anki: ids that stay, and fields that Anki shows as they are meant."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from drydock.interview.bank import load
from drydock.interview.question import FollowUp, Mistake, Question, Source
from drydock.learning import anki
from drydock.learning.store import ProgressError

ODD = Question(
    id="odd",
    ask="Why is `a < b && c` no <tag>?",
    level="hard",
    python=False,
    section="A section",
    answer='Quote " it.\nUse `x > y`.',
    rubric=("one", "two & `three`", "four"),
    follow_ups=(FollowUp("And `<b>`?", "No."), FollowUp("So?", "So.")),
    wrong=(Mistake("It is <i>.", "It is not."),),
    sources=(Source("https://example.org/a?b=1&c=2", "1 < 2", "A point."),),
    lesson="07",
)


def opened(file: Path, query: str) -> list[Any]:
    """Return the rows of a query on a package's collection."""
    with zipfile.ZipFile(file) as archive, tempfile.TemporaryDirectory() as folder:
        assert archive.namelist() == ["collection.anki2", "media"]
        assert json.loads(archive.read("media")) == {}
        with closing(sqlite3.connect(archive.extract("collection.anki2", folder))) as connection:
            return connection.execute(query).fetchall()


NOTES = "SELECT n.id, n.guid, n.mid, c.id, c.did FROM notes n JOIN cards c ON c.nid = n.id ORDER BY n.id"


def test_ids_stay_and_a_changed_answer_keeps_them(tmp_path: Path) -> None:
    questions = list(load())
    first, second, changed = (tmp_path / f"{name}.apkg" for name in ("first", "second", "changed"))
    assert anki.export(first, questions) == len(questions) >= 150
    anki.export(second, questions)
    # An answer that changed, a question less, and another order.
    fewer = [msgspec.structs.replace(questions[3], answer="Another answer."), *questions[4:], *questions[:3]]
    anki.export(changed, fewer)
    rows = opened(first, NOTES)
    assert rows == opened(second, NOTES) == opened(changed, NOTES)
    for column in (0, 1, 3):  # each id is there once
        assert len({row[column] for row in rows}) == len(questions)
    assert not {row[0] for row in rows} & {row[3] for row in rows}
    assert {(row[2], row[4]) for row in rows} == {(anki.MODEL, anki.DECK)}
    by_id = "SELECT guid, flds FROM notes"
    before, after = dict(opened(first, by_id)), dict(opened(changed, by_id))
    differ = [guid for guid in before if before[guid] != after[guid]]
    assert len(differ) == 1 and "Another answer." in after[differ[0]]
    anki.export(changed, questions[1:])
    assert set(opened(changed, NOTES)) == set(rows) - {
        row for row in rows if row[1] == anki.note(questions[0]).guid
    }


def test_what_a_card_shows(tmp_path: Path) -> None:
    file = tmp_path / "odd.apkg"
    anki.export(file, [ODD])
    ((fields, tags),) = opened(file, "SELECT flds, tags FROM notes")
    shown = dict(zip(anki.FIELDS, fields.split("\x1f"), strict=True))
    assert tags.split() == ["lesson-07", "hard"]
    assert shown["Question"] == "Why is <code>a &lt; b &amp;&amp; c</code> no &lt;tag&gt;?"
    assert shown["About"] == "lesson 07, hard"
    assert shown["Answer"] == "<p>Quote &quot; it.\nUse <code>x &gt; y</code>.</p>"
    assert shown["Rubric"] == "<ul><li>one</li><li>two &amp; <code>three</code></li><li>four</li></ul>"
    assert "<li>And <code>&lt;b&gt;</code>?<br>No.</li>" in shown["Follow-ups"]
    assert "<em>It is &lt;i&gt;.</em><br>It is not." in shown["Wrong answers"]
    assert '<a href="https://example.org/a?b=1&amp;c=2" target="_blank"' in shown["Sources"]
    ((models,),) = opened(file, "SELECT models FROM col")
    (template,) = json.loads(models)[str(anki.MODEL)]["tmpls"]
    assert re.findall(r"{{(.+?)}}", template["qfmt"]) == ["Question", "About"]
    assert re.findall(r"{{(.+?)}}", template["afmt"]) == ["FrontSide", *anki.FIELDS[2:-1]]


def test_each_field_of_the_bank_is_sound_html() -> None:
    class Tags(HTMLParser):
        open: list[str]

        def handle_starttag(self, tag: str, attrs: object) -> None:
            assert tag in {"p", "ul", "li", "code", "em", "a", "br"}, tag
            if tag != "br":
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    for question in load():
        for field in anki.note(question).fields:
            parser = Tags()
            parser.open = []
            parser.feed(field)
            assert parser.open == [], field
            assert "`" not in field, field


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    anki.export(tmp_path / "odd.apkg", [ODD])
    assert not list((tmp_path / "tmp").iterdir())


def test_only_a_deck_of_ours_is_replaced(tmp_path: Path) -> None:
    letter, foreign, ours = (tmp_path / name for name in ("letter.txt", "other.apkg", "ours.apkg"))
    letter.write_text("Dear")
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("media", "{}")
    for file in (letter, foreign):
        before = file.read_bytes()
        with pytest.raises(ProgressError, match="no deck of the course"):
            anki.export(file, [ODD])
        assert file.read_bytes() == before
    assert anki.export(ours, [ODD]) == anki.export(ours, [ODD]) == 1


def test_a_place_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProgressError, match="can't be written"):
        anki.export(tmp_path / "file" / "odd.apkg", [ODD])
