"""The question bank: a YAML file a lesson, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import msgspec
import yaml

from drydock.errors import DrydockError
from drydock.interview.question import Question, topic
from drydock.text import _

FOLDER = Path(__file__).parent / "bank"
# libyaml's where it is built in, as in all wheels of PyYAML: some ten times faster. Neither makes any other object
# than text, numbers, truth values, lists and mappings.
Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BankError(DrydockError):
    """A file of the bank can't be used."""


@cache
def load(folder: Path = FOLDER) -> tuple[Question, ...]:
    """Return all questions, by lesson. Raises BankError with the file and the line of what is wrong."""
    questions: list[Question] = []
    places: dict[str, Path] = {}
    for file in sorted(folder.glob("*.yaml")):
        for one in read(file):
            if one.id in places:
                message = _("the id {id} is used already, in {other}").format(
                    id=one.id, other=places[one.id].name
                )
                raise _error(file, _line(file, one.id), message)
            places[one.id] = file
            questions.append(one)
    return tuple(questions)


def read(file: Path) -> Sequence[Question]:
    """Return the questions of a file. Raises BankError with the line of what is wrong."""
    try:
        return topic(yaml.load(file.read_text(), Loader)).questions
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _error(file, line, error.problem or _("it is no YAML")) from None
    except msgspec.ValidationError as error:
        message, _at, path = str(error).partition(" - at `")
        raise _error(file, _place(file, path.rstrip("`")), message) from None


def find(identity: str) -> Question:
    """Return a question by its id. Raises BankError for one that is not there."""
    for one in load():
        if one.id == identity:
            return one
    raise BankError(
        _("There is no question {id!r}.").format(id=identity),
        _("Nothing was asked."),
        _("`drydock.interview.bank.load()` has all questions with their ids."),
    )


def _error(file: Path, line: int, message: str) -> BankError:
    return BankError(
        _("{file}, line {line}: {message}").format(file=file, line=line, message=message),
        _("No question of the bank was loaded."),
        _("mend the file, or take it away; drydock/interview/question.py says what a question has."),
    )


def _line(file: Path, identity: str) -> int:
    """Return the line of the last question with this id."""
    lines = enumerate(file.read_text().splitlines(), 1)
    return max(
        (number for number, line in lines if re.search(rf"\bid:\s*{re.escape(identity)}\s*$", line)),
        default=1,
    )


def _place(file: Path, path: str) -> int:
    """Return the line of a place such as "$.questions[3].level", or of the nearest thing around it that is there."""
    node: yaml.Node | None = yaml.compose(file.read_text(), Loader)
    line = 0
    for step in _steps(path):
        found = _below(node, step)
        if found is None:
            break
        node, line = found, found.start_mark.line
    return line + 1


def _steps(path: str) -> Iterator[str | int]:
    for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        yield name or int(number)


def _below(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
