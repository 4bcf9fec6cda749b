"""The bank as it is, and what is said about a file that can't be used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from drydock.interview import bank
from drydock.interview.bank import BankError
from drydock.interview.links import anchor

SOURCE = Path(__file__).resolve().parents[2] / "source"
ALL = bank.load()
LOADS_IN = 0.3  # s of a processor: other tests run beside this one
TOPIC = """lesson: "01"
questions:
  - id: first
    ask: What?
    level: easy
    python: false
    section: Here
    answer: So.
    rubric: [one, two, three]
    follow_ups:
      - {ask: And, answer: So}
      - {ask: But, answer: So}
    wrong:
      - {says: That, because: This}
    sources:
      - {link: "https://example.org/a", version: "1", point: That}
"""


def lesson_headings(lesson: str) -> list[str]:
    """Return the headings of a lesson's notebook; exercises are in another one."""
    text = next(SOURCE.glob(f"{lesson}_*.md")).read_text().partition("\n# Exercises\n")[0]
    outside = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"^##+ (.+)$", outside, re.MULTILINE)


def test_there_are_enough() -> None:
    assert len(ALL) >= 150
    assert sum(one.proof is not None for one in ALL) >= 110
    assert {one.lesson for one in ALL} == {f"{number:02d}" for number in range(1, 11)}
    assert all(count >= 3 for count in Counter((one.lesson, one.level) for one in ALL).values())


def test_no_two_are_the_same() -> None:
    for what in (lambda one: one.id, lambda one: one.ask.casefold(), lambda one: one.answer):
        counted = Counter(what(one) for one in ALL)
        assert not [value for value, count in counted.items() if count > 1]
    proofs = Counter(one.proof.run for one in ALL if one.proof)
    assert not [lines for lines, count in proofs.items() if count > 1]


@pytest.mark.parametrize("lesson", sorted({one.lesson for one in ALL}))
def test_sections_are_headings_of_the_lesson(lesson: str) -> None:
    headings = lesson_headings(lesson)
    anchors = [anchor(heading) for heading in headings]
    for one in ALL:
        if one.lesson == lesson:
            assert one.section in headings, (one.id, one.section)
            assert anchors.count(anchor(one.section)) == 1, (one.id, "a link would lead to another one")


def test_an_answer_takes_60_to_90_s() -> None:
    length = {one.id: len(one.answer.split()) for one in ALL}
    assert not {name: words for name, words in length.items() if not 110 <= words <= 230}


def test_links_are_well_formed() -> None:
    for one in ALL:
        for source in one.sources:
            parts = urlsplit(source.link)
            assert parts.scheme == "https" and parts.hostname and "." in parts.hostname, (one.id, source.link)
            assert parts.username is None and parts.port is None, (one.id, source.link)
            assert re.fullmatch(r"[!-~]+", source.link), (one.id, source.link)


def test_proofs_can_be_compiled_and_differ() -> None:
    for one in ALL:
        if one.proof:
            assert isinstance(ast.parse(one.proof.run).body[-1], ast.Expr), one.id
            assert one.proof.given.keys() == one.proof.counter.keys(), one.id
            assert one.proof.given != one.proof.counter, one.id
            assert one.proof.result != one.proof.counter_result, one.id


def test_loads_quickly_in_a_new_process() -> None:
    program = (
        "import time; begun = time.process_time(); from drydock.interview import bank; bank.load(); "
        "print(time.process_time() - begun)"
    )
    taken = []
    for _attempt in range(3):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        taken.append(float(done.stdout))
    assert min(taken) <= LOADS_IN, taken


def broken(folder: Path, old: str, new: str) -> BankError:
    """Return what is said about a bank of one file in which something stands otherwise."""
    assert old in TOPIC
    (folder / "01.yaml").write_text(TOPIC.replace(old, new, 1))
    with pytest.raises(BankError) as raised:
        bank.load(folder)
    assert raised.value.hint and raised.value.state
    return raised.value


def test_the_topic_of_these_tests_is_valid(tmp_path: Path) -> None:
    (tmp_path / "01.yaml").write_text(TOPIC)
    assert [one.id for one in bank.load(tmp_path)] == ["first"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    ask: What?\n", "", 3, "ask"),
        ("level: easy", "level: mild", 5, "mild"),
        ("python: false", "python: 7", 6, "bool"),
        ("rubric: [one, two, three]", "rubric: [one]", 9, "3"),
        ("rubric: [one, two, three]", "rubric: [one, two, 3]", 9, "str"),
        ("answer: So.\n", "answer: So.\n    hint: No\n", 3, "hint"),
        ("https://example.org/a", "http://example.org/a", 16, "https"),
        ("id: first", "id: First One", 3, "regex"),
        ("ask: What?", 'ask: ""', 4, "length"),
        ("answer: So.", "answer: !!python/object/apply:os.system [true]", 8, "python/object/apply"),
        ("answer: So.", "answer: [", 10, "expected"),
    ],
    ids=["missing", "level", "type", "short", "item", "unknown", "link", "id", "empty", "unsafe", "syntax"],
)
def test_says_file_and_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    error = broken(tmp_path, old, new)
    assert f"01.yaml, line {line}:" in error.what, error.what
    assert said in error.what, error.what


def test_unsafe_yaml_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "was-here"
    broken(tmp_path, "answer: So.", f"answer: !!python/object/apply:pathlib.Path.touch [{mark}]")
    assert not mark.exists()


def test_an_id_is_used_once(tmp_path: Path) -> None:
    (tmp_path / "01.yaml").write_text(TOPIC)
    (tmp_path / "02.yaml").write_text("# A line more\n" + TOPIC.replace('"01"', '"02"'))
    with pytest.raises(BankError) as raised:
        bank.load(tmp_path)
    assert "02.yaml, line 4:" in raised.value.what and "01.yaml" in raised.value.what


def test_an_id_is_used_once_in_a_file(tmp_path: Path) -> None:
    again = TOPIC.partition("questions:\n")[2]
    (tmp_path / "01.yaml").write_text(TOPIC + again)
    with pytest.raises(BankError, match=r"01\.yaml, line 17: .*first"):
        bank.load(tmp_path)


def test_a_question_that_is_not_there() -> None:
    with pytest.raises(BankError, match="no-such-question"):
        bank.find("no-such-question")
    assert bank.find(ALL[5].id) is ALL[5]
