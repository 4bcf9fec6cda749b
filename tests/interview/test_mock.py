"""The plan of a mock interview, and one that is gone through without widgets."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest
from fsrs import Rating

from drydock.errors import DrydockError
from drydock.interview.mock import MockInterview
from drydock.interview.planning import LENGTHS, plan
from drydock.interview.rating import rating, share
from drydock.interview.roles import ROLES, Role, role
from drydock.learning import attempts, reviews
from drydock.learning.attempts import Attempt

STARTS_IN = 1.0  # s
HARDER = ["easy", "medium", "hard"]
SEEDS = range(40)
BACKEND = role("python-backend")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def answered(mock: MockInterview, *marks: str) -> None:
    """Show the answer, give each point a mark (the last one again for the rest), and go on."""
    assert mock.current is not None
    mock.show("")
    for number in range(len(mock.current.marks)):
        mock.mark(number, marks[min(number, len(marks) - 1)])
    mock.go_on()


def test_lengths_add_up() -> None:
    assert list(LENGTHS) == [15, 30, 45]


@pytest.mark.parametrize("minutes", LENGTHS)
@pytest.mark.parametrize("one", ROLES, ids=lambda one: one.slug)
def test_a_plan_is_mixed_and_becomes_harder(one: Role, minutes: int) -> None:
    for seed in SEEDS:
        made = plan(one, minutes, seed)
        assert len(made.questions) * 3 + made.drill_minutes == minutes
        levels = [HARDER.index(question.level) for question in made.questions]
        assert levels == sorted(levels) and set(levels) == {0, 1, 2}
        sections = [(question.lesson, question.section) for question in made.questions]
        assert len(set(sections)) == len(sections)
        assert len({lesson for lesson, _section in sections}) >= {15: 2, 30: 4, 45: 5}[minutes]
        assert made.drill.level in LENGTHS[minutes].drills


def test_the_drill_of_a_short_interview_is_easy() -> None:
    assert {plan(one, 15, seed).drill.level for one in ROLES for seed in SEEDS} == {"easy"}
    assert {plan(BACKEND, 45, seed).drill.level for seed in SEEDS} == {"medium", "hard"}


def test_a_seed_gives_the_same_plan_again() -> None:
    assert plan(BACKEND, 30, 7) == plan(BACKEND, 30, 7)
    assert len({tuple(q.id for q in plan(BACKEND, 30, seed).questions) for seed in SEEDS}) > len(SEEDS) / 2
    assert len({plan(BACKEND, 30).seed for _number in range(5)}) > 1


def test_a_role_decides_what_comes() -> None:
    lessons: dict[str, Counter[str]] = {}
    python: Counter[str] = Counter()
    drills: dict[str, Counter[str]] = {}
    for one in ROLES:
        made = [plan(one, 45, seed) for seed in SEEDS]
        lessons[one.slug] = Counter(question.lesson for each in made for question in each.questions)
        python[one.slug] = sum(question.python for each in made for question in each.questions)
        drills[one.slug] = Counter(plan(one, 15, seed).drill.lesson for seed in SEEDS)
    assert lessons["devops"]["09"] > 2 * lessons["data-scientist"]["09"]
    assert lessons["data-scientist"]["03"] > 2 * lessons["devops"]["03"]
    assert python["data-scientist"] > 1.5 * python["devops"] and python["python-backend"] > python["devops"]
    assert drills["devops"]["07"] > drills["data-scientist"]["07"]


def test_what_went_wrong_the_last_time_comes_rather() -> None:
    def often(identity: str) -> int:
        return sum(identity in [q.id for q in plan(BACKEND, 15, seed).questions] for seed in range(150))

    asked = Counter(q.id for seed in range(150) for q in plan(BACKEND, 15, seed).questions)
    identity, before = asked.most_common(1)[0]
    attempts.add(Attempt("question", identity, passed=True), Attempt("question", identity, passed=False))
    wrong = often(identity)
    attempts.add(Attempt("question", identity, passed=True))
    assert often(identity) < before < wrong


def test_another_length_or_role_is_refused() -> None:
    with pytest.raises(DrydockError, match="15, 30, 45"):
        plan(BACKEND, 20)
    with pytest.raises(DrydockError, match="devops"):
        role("sailor")


def test_starts_without_an_engine_in_a_new_process() -> None:
    program = (
        "import time; begun = time.process_time(); import socket\n"
        "def refuse(*_any): raise AssertionError('something connects')\n"
        "socket.socket.connect = refuse\n"
        "from drydock.interview.mock import MockInterview\n"
        "from drydock.interview.planning import plan\n"
        "from drydock.interview.roles import role\n"
        "assert MockInterview(plan(role('devops'), 45)).current\n"
        "print(time.process_time() - begun)"
    )
    taken = []
    for _attempt in range(3):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        taken.append(float(done.stdout))
    assert min(taken) <= STARTS_IN, taken


@pytest.mark.parametrize(
    ("marks", "part", "known"),
    [
        (["missed", "missed", "missed", "missed"], 0, Rating.Again),
        (["hit", "partly", "missed", "missed"], 0.375, Rating.Again),
        (["hit", "hit", "missed", "missed"], 0.5, Rating.Hard),
        (["hit", "hit", "partly", "missed"], 0.625, Rating.Hard),
        (["hit", "hit", "hit", "missed"], 0.75, Rating.Good),
        (["hit", "hit", "hit", "partly"], 0.875, Rating.Good),
        (["hit", "hit", "hit", "hit"], 1, Rating.Easy),
    ],
)
def test_the_rating_follows_from_the_points(marks: list, part: float, known: Rating) -> None:
    assert share(marks) == part
    assert rating(part) == known


def test_an_answer_is_written_down_with_its_time() -> None:
    clock = Clock()
    mock = MockInterview(plan(BACKEND, 15, 1), clock)
    assert mock.current is not None
    first = mock.current.question
    clock.seconds += 70
    shown = mock.show("A kernel, I'd say")
    assert shown is first and shown.wrong
    clock.seconds += 30  # to compare: not the answer's time
    for number in range(len(first.rubric)):
        mock.mark(number, "hit" if number else "partly")
    mock.go_on()
    written = attempts.every("question")
    assert [(one.item, one.passed, one.seconds) for one in written] == [(first.id, True, 70)]
    assert written[0].details["text"] == "A kernel, I'd say"
    assert written[0].details["marks"] == ["partly"] + ["hit"] * (len(first.rubric) - 1)
    assert mock.current.question is mock.plan.questions[1] and mock.current.text == ""
    clock.seconds += 5
    assert mock.clock.seconds == 5 and mock.whole.seconds == 105


def test_each_question_comes_back_as_it_was_known() -> None:
    mock = MockInterview(plan(BACKEND, 15, 1))
    for mark in ("missed", "hit", "hit"):
        answered(mock, mark)
    assert mock.current is None
    came = {one.item: one.due for one in reviews.due(within=reviews.timedelta(days=365))}
    bad, good, _other = (question.id for question in mock.plan.questions)
    assert len(came) == 3 and came[bad] < came[good]
    assert [one.passed for one in attempts.every("question")] == [False, True, True]


def test_nothing_is_rated_before_it_is_shown_nor_left_half_rated() -> None:
    mock = MockInterview(plan(BACKEND, 15, 1))
    with pytest.raises(DrydockError, match="not shown"):
        mock.mark(0, "hit")
    mock.show("")
    mock.mark(0, "hit")
    with pytest.raises(DrydockError, match="Not all points"):
        mock.go_on()
    assert mock.answers == [] and attempts.every() == []


def test_a_pause_does_not_count() -> None:
    clock = Clock()
    mock = MockInterview(plan(BACKEND, 15, 1), clock)
    clock.seconds += 10
    mock.pause()
    clock.seconds += 1000
    assert mock.paused
    mock.resume()
    clock.seconds += 10
    assert (mock.whole.seconds, mock.clock.seconds) == (20, 20)
    mock.show("")
    mock.pause()
    mock.resume()
    clock.seconds += 10
    assert (mock.whole.seconds, mock.clock.seconds) == (30, 20), "the answer was shown: its time is over"


def test_what_is_broken_off_keeps_what_was_rated() -> None:
    mock = MockInterview(plan(BACKEND, 30, 1))
    answered(mock, "hit")
    mock.show("")
    assert mock.current is not None
    for number in range(len(mock.current.marks)):
        mock.mark(number, "missed")
    mock.end()  # without go_on
    assert mock.ended and mock.broken_off and mock.paused
    assert [one.item for one in attempts.every("question")] == [q.id for q in mock.plan.questions[:2]]
    mock.end()
    assert len(attempts.every("question")) == 2
    half = MockInterview(plan(BACKEND, 30, 2))
    half.show("")
    half.mark(0, "hit")
    half.end()
    assert half.answers == [] and len(attempts.every("question")) == 2


def test_an_answer_that_could_not_be_written_down_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mock = MockInterview(plan(BACKEND, 15, 1))
    with monkeypatch.context() as patch:

        def full(*_any: object) -> None:
            raise OSError("no space left on device")

        patch.setattr(reviews, "rate", full)
        with pytest.raises(DrydockError, match="no space"):
            answered(mock, "hit")
    assert mock.answers == [] and mock.current is not None and mock.current.rated
    assert attempts.every("question") == []
    mock.go_on()
    assert len(attempts.every("question")) == 1
