"""Lesson 06's tasks, each proved both ways; its pictures, its control, and what Harbour has gained."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drydock import images, project
from drydock.checks.lesson06 import (
    BOARDING,
    NURSERY,
    OVERBOOKED,
    crew,
    start_boarding,
    start_crew,
    start_nursery,
    start_overbooked,
)
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from drydock.figures import lifecycle, live_stats, ways
from drydock.waiting import wait_until
from drydock.widgets import QuotaSlider
from tests.harness import prove, typed

DEBIAN, PYTHON = "debian:trixie-slim", "python:3.13-slim"
STAY = ["sleep", "1d"]
LABEL = "--label dev.drydock.lesson=06"
Setup = Callable[[Any], object]


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 06, as its exercise notebook has one."""
    connected = connect("06", quiet=True)
    images.need(connected, DEBIAN, PYTHON)
    yield connected
    connected.close()


def run(name: str, command: list[str] = STAY, image: str = DEBIAN, **options: Any) -> Setup:
    return lambda client: client.containers.run(image, command, name=name, detach=True, **options)


def ended(name: str, command: list[str], image: str = DEBIAN, **options: Any) -> Setup:
    return lambda client: run(name, command, image, **options)(client).wait()  # type: ignore[attr-defined]


def terminal(*lines: str) -> Setup:
    """What a learner types into JupyterLab's terminal; a line may fail."""

    def typed(_client: Any) -> None:
        for line in lines:
            subprocess.run(shlex.split(line), check=False, capture_output=True, env=os.environ)

    return typed


def both(*setups: Setup) -> Setup:
    return lambda client: [setup(client) for setup in setups]


def started(name: str) -> Setup:
    """Wait until a container's first process has a child."""
    return lambda client: wait_until(
        lambda: len(client.containers.get(name).top()["Processes"]) > 1, f"{name} has a child"
    )


def marked(name: str, what: str) -> Setup:
    """Wait until the engine has set a mark of a container's state."""
    return lambda client: wait_until(
        lambda: client.containers.get(name).attrs["State"][what], f"{name} is {what}"
    )


def on(name: str, method: str, **options: Any) -> Setup:
    return lambda client: getattr(client.containers.get(name), method)(**options)


def test_three_states(lesson: LabellingClient) -> None:
    def idle(client: Any) -> None:
        client.containers.create(DEBIAN, STAY, name="dd-idle")

    def fails(client: Any) -> None:
        terminal(f"docker run {LABEL} --name dd-idle {DEBIAN} sailor")(client)

    paused, home = both(run("dd-becalmed"), on("dd-becalmed", "pause")), ended("dd-home", ["true"])
    idle_state, paused_state, home_state = (
        f"state of {name}" for name in ("dd-idle", "dd-becalmed", "dd-home")
    )
    prove(
        lesson,
        "06.1",
        solution=both(idle, paused, home),
        alternatives=[
            terminal(
                f"docker create {LABEL} --name dd-idle {DEBIAN}",
                f"docker run -dt {LABEL} --name dd-becalmed {DEBIAN}",
                "docker pause dd-becalmed",
                f"docker run {LABEL} --name dd-home {DEBIAN}",  # bash ends at the end of its input
            ),
        ],
        near_misses={
            "started and stopped": (both(ended("dd-idle", ["true"]), paused, home), idle_state),
            "a start that failed": (both(fails, paused, home), idle_state),
            "stopped by a signal": (both(idle, run("dd-becalmed"), on("dd-becalmed", "pause"), run("dd-home"), on("dd-home", "kill")), home_state),
            "running": (both(idle, run("dd-becalmed"), home), paused_state),
            "failed": (both(idle, paused, ended("dd-home", ["false"])), home_state),
            "removed when it ended": (both(idle, paused), "container dd-home"),
        },
    )  # fmt: skip


def test_exit_codes(lesson: LabellingClient) -> None:
    def codes(**other: Setup) -> Setup:
        usual: dict[str, Setup] = {
            "c126": terminal(f"docker run {LABEL} --name dd-code-126 {DEBIAN} /etc/passwd"),
            "c127": terminal(f"docker run {LABEL} --name dd-code-127 {DEBIAN} sailor"),
            "c137": both(run("dd-code-137"), on("dd-code-137", "kill")),
            # In a terminal the stop comes later: the init is ready for a signal when it has started its child.
            "c143": both(run("dd-code-143", init=True), started("dd-code-143"), on("dd-code-143", "stop")),
        }
        return both(*(usual | other).values())

    shells = codes(
        c126=ended("dd-code-126", ["sh", "-c", "/etc/passwd"]),
        c127=ended("dd-code-127", ["sh", "-c", "sailor"]),
        c137=both(run("dd-code-137"), on("dd-code-137", "stop", timeout=0)),
        # The engine waits for the end after a SIGKILL only.
        c143=both(run("dd-code-143", pid_mode="host"), on("dd-code-143", "kill", signal="TERM"), on("dd-code-143", "wait")),
    )  # fmt: skip
    name = "exit code of dd-code-{}".format
    # The kernel kills the child, and process 1 passes the code on when the engine has heard of it: when a container's last
    # process goes at once, a busy containerd may find its cgroup gone before that, and OOMKilled stays false.
    command = ["sh", "-c", "python -c 'bytearray(256 * 2**20)'; code=$?; until [ -e /heard ]; do sleep 0.1; done; exit $code"]  # fmt: skip
    greedy = both(
        run("dd-code-137", command, PYTHON, mem_limit="64m", memswap_limit="64m"),
        marked("dd-code-137", "OOMKilled"),
        on("dd-code-137", "exec_run", cmd=["touch", "/heard"]),
        on("dd-code-137", "wait"),
    )
    prove(
        lesson,
        "06.2",
        solution=codes(),
        alternatives=[shells],
        near_misses={
            "out of memory": (codes(c137=greedy), "who killed dd-code-137"),
            "process 1 is deaf": (codes(c143=both(run("dd-code-143"), on("dd-code-143", "stop", timeout=1))), name(143)),
            "still running": (codes(c137=run("dd-code-137")), name(137)),
            "no label": (codes(c127=terminal(f"docker run --name dd-code-127 {DEBIAN} sailor")), "container dd-code-127"),
        },
        clean=without_label,
    )  # fmt: skip


def without_label(client: Any) -> None:
    """Clean, and remove the one container that carries no label of ours, which clean() rightly leaves alone."""
    from drydock import clean

    clean(client)
    for container in client.containers.list(all=True, filters={"name": "^/?dd-code-127$"}):
        container.remove(force=True)


def test_boarding(lesson: LabellingClient) -> None:
    def gate(script: str, **options: Any) -> Setup:
        env = {"PROGRAM": BOARDING}
        return run("dd-boarding", ["sh", "-c", script], PYTHON, environment=env, **options)

    python = 'python -c "$PROGRAM"'
    passed_on = f'{python} & child=$!; trap "kill -TERM $child" TERM; wait $child; trap - TERM; wait $child'
    begins, code, words = (
        "a second container, with the settings of dd-boarding",
        "its exit code after `docker stop -t 2`",
        "the program's last words",
    )
    prove(
        lesson,
        "06.3",
        start=start_boarding,
        solution=gate(f"echo open; exec {python}"),
        alternatives=[run("dd-boarding", ["python", "-c", BOARDING], PYTHON), gate(passed_on)],
        near_misses={
            "an init before the shell": (gate(f"{python}; echo closed", init=True), code),
            "a shell that ends itself": (gate(f"trap 'exit 0' TERM; {python} & wait"), words),
            "killed at once": (gate(f"exec {python}", stop_signal="SIGKILL"), code),
            "another program": (gate("sleep 1d"), begins),
        },
    )


def test_gives_up(lesson: LabellingClient) -> None:
    def policy(name: str, count: int = 0, code: int = 3, until: int = 3) -> Setup:
        def started(client: Any) -> None:
            found = run(
                "dd-stubborn",
                ["sh", "-c", f"exit {code}"],
                restart_policy={"Name": name, "MaximumRetryCount": count},
            )(client)
            wait_until(lambda: found.reload() or found.attrs["RestartCount"] >= until, "restarts")  # type: ignore[attr-defined]
            if name == "on-failure" and count:
                wait_until(lambda: found.reload() or found.status == "exited", "the end")  # type: ignore[attr-defined]

        return started  # fmt: skip

    def later(client: Any) -> None:
        made = client.containers.create(DEBIAN, ["false"], name="dd-stubborn")
        made.update(restart_policy={"Name": "on-failure", "MaximumRetryCount": 3})
        made.start()
        wait_until(
            lambda: made.reload() or (made.attrs["RestartCount"] == 3 and made.status == "exited"), "the end"
        )

    by_hand = both(
        ended("dd-stubborn", ["false"]), *(on("dd-stubborn", "start"), on("dd-stubborn", "wait")) * 3
    )
    restarts, state = "restarts of dd-stubborn", "state of dd-stubborn"
    prove(
        lesson,
        "06.4",
        solution=policy("on-failure", 3),
        alternatives=[later],
        near_misses={
            "two retries": (policy("on-failure", 2, until=2), restarts),
            "by hand": (by_hand, restarts),
            "always": (both(policy("always", until=4)), restarts),
            "a success": (policy("on-failure", 3, code=0, until=0), restarts),
            "at the third of many": (both(policy("always", until=3)), state),
        },
    )  # fmt: skip


def test_orphans(lesson: LabellingClient) -> None:
    def nursery(command: list[str], **options: Any) -> Setup:
        return run("dd-nursery", command, PYTHON, environment={"PROGRAM": NURSERY}, **options)

    reaper = (
        "import os, subprocess, sys\nsubprocess.Popen([sys.executable, '-c', os.environ['PROGRAM']])\n"
        "while True: os.wait()"
    )
    program = ["python", "-c", NURSERY]
    zombies, children = "zombies in dd-nursery", "children that the program has left behind"
    prove(
        lesson,
        "06.5",
        start=start_nursery,
        solution=nursery(program, init=True),
        alternatives=[
            nursery(["python", "-c", reaper]),
            nursery(["bash", "-c", 'python -c "$PROGRAM" & while true; do wait -n; done']),
        ],
        near_misses={
            "a shell that is replaced": (nursery(["sh", "-c", 'exec python -c "$PROGRAM"']), zombies),
            "more room for processes": (nursery(program, pids_limit=4096), zombies),
            "no children": (nursery(STAY, init=True), children),
            "ended": (both(nursery(program, init=True), on("dd-nursery", "kill")), "state of container dd-nursery"),
        },
    )  # fmt: skip


@pytest.fixture
def harbour() -> Iterator[Path]:
    """The learner's copy of the project."""
    folder = paths.work() / "exercise-06"
    shutil.rmtree(folder, ignore_errors=True)
    yield project.checkout("exercise-06")
    shutil.rmtree(folder)


def test_crew(lesson: LabellingClient, harbour: Path) -> None:
    def built(settings: str, dockerfile: str = crew.DOCKERFILE) -> Setup:
        def build(_client: Any) -> None:
            start_crew(harbour).write_text(settings)
            (harbour / "Dockerfile").write_text(dockerfile)
            typed("docker", "build", "-q", *LABEL.split(), "-t", "dd-hands", str(harbour))

        return build

    def workers(expression: str, more: str = "quota") -> Setup:
        text = crew.CREW.replace("2 * os.cpu_count() + 1", expression)
        return built(text.replace("import os", f"import os\nimport {more}"))

    half, two = (f"gunicorn's workers with a quota of {quota} processors" for quota in ("0.5", "2"))
    in_a_shell = (
        'CMD ["sh", "-c", "exec gunicorn --workers $(python -c \'import quota; print(quota.workers())\')"]\n'
    )
    machine = lesson.info()["NCPU"]
    prove(
        lesson,
        "06.6",
        start=lambda _client: start_crew(harbour),
        solution=workers("quota.workers()"),
        alternatives=[built(crew.CREW, crew.DOCKERFILE.replace('CMD ["gunicorn"]\n', in_a_shell))],
        near_misses={
            "the old rule": (built(crew.CREW), half),
            "one for all": (workers("1"), two if machine > 1 else half),
            "a module that is not copied": (
                built(crew.CREW.replace("2 * os.cpu_count() + 1", "quota.workers()").replace("import os", "import quota"),
                      crew.DOCKERFILE.replace("*.py", "app.py tides.py gunicorn.conf.py")),
                "the service on port 8000, in a container from the image",
            ),
        },
    )  # fmt: skip


def test_overbooked(lesson: LabellingClient) -> None:
    def anew(workers: int, volumes: dict[str, Any] | None = None, **limits: Any) -> Setup:
        options: dict[str, Any] = {"mem_limit": "96m", "memswap_limit": "96m", **limits}
        mounted = {"dd-logbook": {"bind": "/logbook"}} if volumes is None else volumes
        command = ["python", "-c", OVERBOOKED]
        env = {"WORKERS": str(workers)}
        return both(
            start_overbooked,
            on("dd-overbooked", "remove", force=True),
            run("dd-overbooked", command, PYTHON, environment=env, volumes=mounted, **options),
        )

    limit, entry, killed, working = (
        "memory limit of dd-overbooked",
        "the first entry in /logbook/entries",
        "processes that the kernel killed in the last 1 s",
        "workers of dd-overbooked",
    )
    # One by one: a signal that comes while the same one is waiting is lost.
    one_less = both(on("dd-overbooked", "kill", signal="SIGTTOU"), lambda _client: time.sleep(0.3))
    fewer = both(start_overbooked, *[one_less] * 4)
    more = on("dd-overbooked", "update", mem_limit="512m", memswap_limit="512m")
    prove(
        lesson,
        "06.7",
        start=start_overbooked,
        solution=anew(2),
        alternatives=[fewer],
        near_misses={
            "more memory": (both(start_overbooked, more), limit),
            "no volume": (anew(2, {}), entry),
            "one worker less": (anew(5), killed),
            "one worker": (anew(1), working),
            "a restart": (both(start_overbooked, on("dd-overbooked", "restart", timeout=0)), killed),
        },
    )  # fmt: skip


def test_a_changed_file_moves_aside(harbour: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = start_crew(harbour)
    assert start_crew(harbour) == settings and settings.read_text() == crew.CREW
    settings.write_text("workers = 3\n")
    start_crew(harbour)
    assert (harbour / "gunicorn.conf.old-1.py").read_text() == "workers = 3\n"
    assert "gunicorn.conf.old-1.py: what you had\n" in capsys.readouterr().out


def test_the_ways_of_a_container() -> None:
    doubled = ["create", "start", "pause", "unpause", "pause", "unpause", "kill", "stop", "die", "rename", "start", "die", "destroy"]  # fmt: skip
    seen = ways(doubled)
    assert seen == [
        ("(not there)", "create", "created"),
        ("created", "start", "running"),
        ("exited", "destroy", "(not there)"),
        ("exited", "start", "running"),
        ("paused", "unpause", "running"),
        ("running", "die", "exited"),
        ("running", "pause", "paused"),
    ]
    texts = [text.get_text() for text in lifecycle(seen).axes[0].texts if text.get_text()]
    assert texts[:5] == ["(not there)", "created", "running", "paused", "exited"]
    assert texts[5:] == [event for _before, event, _after in seen]


def test_the_picture_shows_the_figures() -> None:
    figure = live_stats({"quota 0.5": [(50, 8, 100), (51, 9, 90)], "no quota": [(99, 8, 0), (98, 8, 0)]})
    drawn = [[list(line.get_ydata()) for line in axes.lines] for axes in figure.axes]
    assert drawn == [[[50, 51], [99, 98]], [[8, 9], [8, 8]], [[100, 90], [0, 0]]]
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["quota 0.5", "no quota"]


def test_the_slider_sets_the_quota(lesson: LabellingClient) -> None:
    container = lesson.containers.run(PYTHON, STAY, detach=True, cpu_quota=50_000)
    slider = QuotaSlider(container)
    slider.quota.value = 0.1
    assert slider.share < 0.25 and slider.throttled >= 5
    assert "periods were throttled" in slider.seen.value
    assert repr(slider) == "quota: 0.1 processors\na busy program was throttled: in many of its periods"
    container.remove(force=True)


def test_the_project_keeps_its_promises(lesson: LabellingClient, harbour: Path) -> None:
    install = "RUN pip install --no-cache-dir -r requirements-dev.txt\n"
    dockerfile = f"FROM {PYTHON}\nWORKDIR /app\nCOPY requirements*.txt .\n{install}COPY . .\n"
    (harbour / "Dockerfile").write_text(dockerfile)
    typed("docker", "build", "-q", *LABEL.split(), "-t", "dd-hands-tests", str(harbour))
    try:
        command = ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        assert b"14 passed" in lesson.containers.run("dd-hands-tests", command, remove=True)
    finally:
        lesson.images.remove("dd-hands-tests")
