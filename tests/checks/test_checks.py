"""What a check says, whatever it meets; the tasks themselves are proved in tests/lessons."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import docker
import pytest

from drydock import hint, session
from drydock.checks import check, hints, probes, registry, runner
from drydock.checks.registry import Task
from drydock.checks.report import Observation, Report
from drydock.checks.see import See
from drydock.client import LabellingClient, connect
from drydock.errors import DrydockError

pytestmark = pytest.mark.alone

IMAGE = "debian:trixie-slim"
Look = Callable[[docker.DockerClient, See], None]


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    connected = connect("01", quiet=True)
    yield connected
    connected.close()


@pytest.fixture
def plain(client: LabellingClient) -> Iterator[docker.DockerClient]:
    """docker-py as it is: what it makes has no label."""
    other = docker.DockerClient(base_url=client.engine.url, tls=client.engine.tls or False)
    yield other
    other.close()


def seen(look: Look, client: docker.DockerClient) -> Observation:
    """Run a check and return its last observation."""
    report = runner.run(Task("99.1", "a test", ("a", "b", "c"), look), client)
    assert not report.passed
    return report.observations[-1]


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("01.9", r"no task '01.9'.\nNothing was checked.\nHint: the tasks of this lesson are 01.1, 01.2"),
        (
            "77.1",
            r"no lesson '77' with tasks.\nNothing was checked.\nHint: .*lessons with tasks are 01, .*04",
        ),
        ("", "no lesson ''"),
        (1.9, "no lesson '1'"),
    ],
)
def test_an_unknown_task_names_the_known_ones(task: Any, message: str) -> None:
    for ask in (check, hint):
        with pytest.raises(DrydockError, match=message):
            ask(task)


def test_before_any_work(lesson: LabellingClient) -> None:
    tasks = (task for number in registry.lessons() for task in registry.of_lesson(number))
    for task in (task for task in tasks if not task.on_cluster):
        report = check(task.id, lesson)
        assert not report.passed
        first = report.observations[0]
        assert not first.holds and first.hint, report
        assert first.what not in ("the engine", "the check itself"), report


def test_anothers_container_and_one_without_labels(
    lesson: LabellingClient, plain: docker.DockerClient
) -> None:
    theirs = {session.LEARNER: "another", session.SESSION: "another-1", session.LESSON: "01"}
    for labels, said in (
        (theirs, "there, but another learner's"),
        ({}, "there, but without the course's label"),
    ):
        other = plain.containers.run(IMAGE, ["sleep", "60"], name="dd-first", labels=labels, detach=True)
        try:
            report = check("01.1", lesson)
            assert not report.passed
            assert report.observations[0].actual == said
            other.reload()
            assert other.status == "running"
        finally:
            other.remove(force=True)


def test_a_mistake_in_the_check_is_not_the_learners(lesson: LabellingClient) -> None:
    broken = seen(lambda client, see: print(1 // 0), lesson)
    assert broken.what == "the check itself"
    assert "ZeroDivisionError" in broken.actual
    assert "test_checks.py, line" in broken.actual
    assert "not yours" in broken.hint
    empty = seen(lambda client, see: None, lesson)
    assert empty.actual == "it looked at nothing"


def test_the_engines_refusals_are_reported(lesson: LabellingClient) -> None:
    gone = seen(lambda client, see: client.containers.get("dd-none").reload(), lesson)
    assert "No such container" in gone.actual

    box = lesson.containers.create(IMAGE, ["true"])
    conflict = seen(lambda client, see: box.exec_run("true"), lesson)
    box.remove()
    assert "not running" in conflict.actual
    assert "not in a state" in conflict.hint


def test_an_engine_that_is_gone(client: LabellingClient) -> None:
    nowhere = docker.DockerClient(base_url="tcp://127.0.0.1:9", version="1.40")
    assert seen(lambda c, see: c.containers.list() and None, nowhere).actual == "no answer"
    nowhere.close()


def test_probes_are_always_removed(lesson: LabellingClient) -> None:
    def there() -> list[Any]:
        return lesson.containers.list(all=True, filters={"label": probes.PROBE})

    def look(client: docker.DockerClient, see: See) -> None:
        assert see.probe(IMAGE, ["sh", "-c", "echo out; exit 3"]) == (3, "out")
        assert see.probe(IMAGE, ["not-there"])[0] == 127
        with see.started(IMAGE, ["sleep", "60"]):
            assert len(there()) == 1
            raise ValueError("on the way")

    assert "on the way" in seen(look, lesson).actual
    assert there() == []


def test_a_probe_that_does_not_end(lesson: LabellingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "PATIENCE", 1)
    stuck = seen(lambda client, see: print(see.probe(IMAGE, ["sleep", "60"])), lesson)
    assert (stuck.expected, stuck.actual) == ("ends within 1 s", "still running")
    assert not lesson.containers.list(all=True, filters={"label": probes.PROBE})


def test_hints_come_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "_given", {})
    given = [hint("01.1") for _ in range(4)]
    assert [str(each).partition(":")[0] for each in given] == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
        "Hint 3 of 3, again, as it is the last",
    ]
    assert given[2].text == given[3].text != given[1].text


def test_every_task_has_three_different_hints() -> None:
    for lesson_number in registry.lessons():
        for task in registry.of_lesson(lesson_number):
            assert len(set(task.hints)) == 3
            assert len({len(text) > 10 for text in task.hints}) == 1


def test_a_report_says_the_same_each_time_and_escapes_what_it_shows() -> None:
    observation = Observation("a <b>", "&", "<script>\x1b[31m" + "x" * 500, False, "use `<tag>`")
    first, second = (Report("99.1", "a test", (observation,), seconds) for seconds in (0.1, 9.9))
    assert str(first) == str(second)
    assert first._repr_html_() == second._repr_html_()
    page = first._repr_html_()
    assert "<script>" not in page
    assert "\x1b" not in page + str(first)
    assert "&lt;script&gt;" in page
    assert "<code>&lt;tag&gt;</code>" in page
    assert len(str(first)) < 400


def test_a_check_takes_little_beyond_the_engines_time(
    lesson: LabellingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = 0.0
    send = lesson.api.send

    def timed(*args: Any, **kwargs: Any) -> Any:
        nonlocal engine
        begun = time.monotonic()
        try:
            return send(*args, **kwargs)
        finally:
            engine += time.monotonic() - begun

    lesson.containers.run(IMAGE, ["sleep", "60"], name="dd-first", detach=True)
    monkeypatch.setattr(lesson.api, "send", timed)
    begun = time.monotonic()
    report = check("01.1", lesson)
    beyond = time.monotonic() - begun - engine
    lesson.containers.get("dd-first").remove(force=True)
    print(f"a check, beyond the engine's own time: {beyond:.3f} s")
    assert report.passed
    assert beyond < 0.2
