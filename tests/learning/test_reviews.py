"""What comes back, and when: the rule, wrong clocks, and travellers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drydock.learning import attempts, outcomes, reviews
from drydock.learning.attempts import Attempt, Kind
from drydock.learning.reviews import Rating, Review
from tests.learning.processes import run

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def tried(passed: bool, at: datetime, hints: int = 0, kind: Kind = "task") -> Review | None:
    return outcomes.record(Attempt(kind, "06.2", passed, hints, 1.0, at=at))


def ratings(monkeypatch: pytest.MonkeyPatch) -> list[Rating]:
    """Return a list that each rating is added to."""
    seen: list[Rating] = []
    rate = reviews.rate

    def watched(*args: Any) -> Review:
        seen.append(args[3])
        return rate(*args)

    monkeypatch.setattr(reviews, "rate", watched)
    return seen


@pytest.mark.parametrize("kind", ["task", "drill"])
def test_what_fails_comes_back_on_another_day(kind: Kind) -> None:
    failed = tried(False, NOON, kind=kind)
    assert failed and failed.due == NOON + DAY
    assert reviews.due(NOON) == []
    assert reviews.due(NOON + DAY) == [failed] == reviews.due(NOON, within=DAY)
    assert reviews.following(NOON) == failed
    assert reviews.following(NOON + DAY) is None


def test_what_passes_at_first_makes_no_card() -> None:
    assert tried(True, NOON) is None
    assert tried(True, NOON + DAY) is None
    assert reviews.due(NOON + 400 * DAY) == []
    assert len(attempts.every()) == 2


def test_a_pass_after_a_failure_is_a_review(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = ratings(monkeypatch)
    tried(False, NOON)
    passed = tried(True, NOON + DAY)
    assert passed and passed.due > NOON + 2 * DAY
    assert tried(True, passed.due, hints=1)
    assert seen == [Rating.Again, Rating.Good, Rating.Hard]


def test_looks_in_one_sitting_are_one_review(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = ratings(monkeypatch)
    for minute, passed in enumerate((False, False, False, True, True)):
        tried(passed, NOON + timedelta(minutes=minute))
    assert seen == [Rating.Again, Rating.Good]
    assert len(attempts.every()) == 5


def test_a_failure_of_what_was_known_is_a_review(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = ratings(monkeypatch)
    tried(True, NOON)
    tried(False, NOON + DAY)
    assert seen == [Rating.Again]


def test_an_attempt_and_its_card_are_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ValueError

    monkeypatch.setattr(reviews, "keep", broken)
    with pytest.raises(ValueError):
        tried(False, NOON)
    with pytest.raises(ValueError):
        outcomes.answer("container-or-vm", Rating.Good)
    assert attempts.every() == []


def test_a_question_comes_back_the_later_the_better_it_was_known() -> None:
    comes = [outcomes.answer(f"q{int(rating)}", rating, 60.0, NOON).due - NOON for rating in Rating]
    assert comes == sorted(set(comes))
    assert comes[0] == timedelta(minutes=1) and comes[-1] > 7 * DAY
    assert [(one.passed, one.details) for one in attempts.every("question")] == [
        (False, {"rating": 1}),
        (True, {"rating": 2}),
        (True, {"rating": 3}),
        (True, {"rating": 4}),
    ]
    assert [one.item for one in reviews.due(NOON, within=DAY)] == ["q1", "q2", "q3"]


def test_a_clock_that_was_set_back() -> None:
    ahead = NOON + 900 * DAY
    reviews.review("question", "q", Rating.Easy, ahead)
    # The card comes from a time that is not yet: it does not wait for years, and counts from now on.
    assert [one.item for one in reviews.due(NOON)] == ["q"]
    again = reviews.review("question", "q", Rating.Good, NOON)
    assert NOON < again.due < NOON + 100 * DAY
    assert reviews.due(NOON) == []
    assert reviews.following(NOON) == again


def test_an_exercise_from_a_wrong_year_does_not_stay_due() -> None:
    ahead = NOON + 900 * DAY
    tried(False, ahead)
    tried(True, ahead + DAY)
    assert [one.item for one in reviews.due(NOON)] == ["06.2"]
    again = tried(True, NOON)
    assert again and NOON < again.due < NOON + 100 * DAY
    assert reviews.due(NOON) == []


def test_a_clock_that_was_set_back_by_an_hour_makes_nothing_due() -> None:
    reviews.review("question", "q", Rating.Easy, NOON)
    assert reviews.due(NOON - timedelta(hours=1)) == []
    again = reviews.review("question", "q", Rating.Good, NOON - timedelta(hours=1))
    assert again.due > NOON


def test_a_clock_that_jumps_ahead() -> None:
    tried(False, NOON)
    late = tried(True, NOON + 3000 * DAY)
    assert late and late.due > NOON + 3000 * DAY


def test_times_of_any_zone_are_one_time() -> None:
    here = NOON.astimezone(datetime.strptime("+0530", "%z").tzinfo)
    assert reviews.review("task", "01.1", Rating.Again, here).due == NOON + DAY
    attempts.add(Attempt("task", "01.1", False, at=here), Attempt("task", "01.1", True, at=NOON - DAY))
    assert [one.at for one in attempts.every()] == [NOON - DAY, NOON]


WRITE = """
from datetime import datetime
from drydock.learning import outcomes
from drydock.learning.attempts import Attempt
from drydock.learning.reviews import Rating
noon = datetime(2026, 3, 2, 2)  # as a clock on the wall shows it
outcomes.record(Attempt("task", "01.1", False, at=noon))
outcomes.record(Attempt("task", "01.2", True))
print(outcomes.answer("container-or-vm", Rating.Easy, 60.0, noon).due.timestamp())
"""
READ = """
from datetime import UTC, datetime
from drydock.learning import agenda, attempts, reviews, summary
first = attempts.every()[0]
print(first.at.isoformat(), *summary.days([first]))
card = reviews.due(datetime(2027, 1, 1, tzinfo=UTC))[-1]
print(card.due.timestamp(), card.due.isoformat(), agenda.when(card.due, first.at))
print(reviews.due(datetime(2026, 3, 2, 11, 59, tzinfo=UTC)), reviews.due(datetime(2026, 3, 2, 12, tzinfo=UTC))[0].item)
"""


def test_written_in_one_time_zone_and_read_in_another() -> None:
    due = run(WRITE, TZ="Pacific/Kiritimati").strip()
    first, card, ends = run(READ, TZ="America/Los_Angeles").splitlines()
    # Two at night on 2 March in Kiritimati is noon on 1 March in UTC, and four in the morning in Los Angeles.
    assert first == "2026-03-01T12:00:00+00:00 2026-03-01"
    when, utc, local = card.split(" ", 2)
    assert when == due
    assert utc.endswith("+00:00") and local == f"on {utc[:10]}"
    assert ends == "[] 01.1"
    elsewhere = run(READ, TZ="Pacific/Kiritimati").splitlines()
    assert elsewhere[0] == "2026-03-01T12:00:00+00:00 2026-03-02"
    assert elsewhere[1] != card and elsewhere[1].startswith(f"{when} {utc}")
