"""A question of the bank, as its file has it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1)]
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Level = Literal["easy", "medium", "hard"]
Values = dict[str, Any]


class FollowUp(Struct, frozen=True, forbid_unknown_fields=True):
    """What an interviewer asks next, and a short answer."""

    ask: Text
    answer: Text


class Mistake(Struct, frozen=True, forbid_unknown_fields=True):
    """A common wrong answer, and why it is wrong."""

    says: Text
    because: Text


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the answer rests on: a primary source, the version that it describes, and its point in our own words."""

    link: Annotated[str, Meta(pattern=r"^https://[a-z0-9.-]+\.[a-z]+(/\S*)?$")]
    version: Text
    point: Text


class Proof(Struct, frozen=True, forbid_unknown_fields=True):
    """Lines that show the answer on the engine, and a counter-setup in which they show something else.

    The lines are Python, and the last is an expression. `given` and `counter` are values of the same names in it.
    """

    shows: Text
    given: Values
    counter: Values
    run: Text
    result: Any
    counter_result: Any


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """A question, what a good answer is, and how to see that it is true."""

    id: Slug
    ask: Text
    level: Level
    python: bool
    section: Text  # a heading of the lesson, whose cells show it
    answer: Text
    rubric: Annotated[tuple[Text, ...], Meta(min_length=3, max_length=5)]
    follow_ups: Annotated[tuple[FollowUp, ...], Meta(min_length=2, max_length=3)]
    wrong: Annotated[tuple[Mistake, ...], Meta(min_length=1)]
    sources: Annotated[tuple[Source, ...], Meta(min_length=1)]
    proof: Proof | None = None
    lesson: str = ""  # the file's


class Topic(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the bank: the questions on one lesson."""

    lesson: Annotated[str, Meta(pattern=r"^\d\d$")]
    questions: Annotated[tuple[Question, ...], Meta(min_length=1)]


def topic(data: object) -> Topic:
    """Return a file's data as a topic. Raises msgspec.ValidationError, with the path to what is wrong."""
    read = msgspec.convert(data, Topic)
    questions = tuple(msgspec.structs.replace(one, lesson=read.lesson) for one in read.questions)
    return msgspec.structs.replace(read, questions=questions)
