"""Lesson 10's tasks, each proved both ways; its pictures, its registries, and what Harbour has gained."""

from __future__ import annotations

import io
import json
import os
import runpy
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.types import LogConfig

from drydock import images, nested, project
from drydock.checks.lesson10 import (
    CHATTY,
    CRIER,
    start_chatty,
    start_crier,
    start_depot,
    start_ferry,
    start_lookout,
    start_pier,
)
from drydock.checks.lesson10 import pier as pier_task
from drydock.checks.lesson10.depot import reach
from drydock.checks.lesson10.lookout import QUERY, SETTINGS
from drydock.checks.lesson10.pier import PIER
from drydock.checks.lesson10.shipped import FILES
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.figures import lines_of, milestones, scraped, start_order
from drydock.registry import Registry, push
from drydock.waiting import wait_until
from tests.harness import Setup, prove, typed

PYTHON, POSTGRES, PROMETHEUS = "python:3.13-slim", "postgres:17", "prom/prometheus:v2.53.3"


def folder() -> Path:
    return paths.work() / "exercise-10"


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 10, as its exercise notebook has one."""
    connected = connect("10", quiet=True)
    images.need(connected, PYTHON, POSTGRES, "redis:8", PROMETHEUS, "registry:2", "dd-engine")
    yield connected
    connected.close()


@pytest.fixture(autouse=True)
def harbour() -> Iterator[Path]:
    """The learner's copy of the project, new for each test."""
    shutil.rmtree(folder(), ignore_errors=True)
    yield project.checkout("exercise-10")
    shutil.rmtree(folder())


def written(name: str, text: str) -> Setup:
    """Write a file into the learner's folder."""

    def write(_client: Any) -> None:
        (folder() / name).parent.mkdir(exist_ok=True)
        (folder() / name).write_text(text)

    return write


def edited(name: str, *changes: tuple[str, str], text: str) -> Setup:
    """Write `text` with its changes; each must change something."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return written(name, text)


def both(*setups: Setup) -> Setup:
    return lambda client: [setup(client) for setup in setups]


# 10.1 ---------------------------------------------------------------------------------------------------------------

STAGING = """\
services:
  worker: {environment: {LOG_LEVEL: warning}}
  web: {ports: ["127.0.0.1:8010:8000"]}
  console: {image: "redis:8", profiles: [debug]}
"""
LONG = """\
services:
  worker:
    environment:
      - LOG_LEVEL=warning
  web:
    ports: [{target: 8000, published: "8010", host_ip: 127.0.0.1}]
  console: {image: "redis:8", command: [redis-cli, -h, queue], depends_on: [queue], profiles: [debug, all]}
"""


def test_a_file_for_staging(lesson: LabellingClient) -> None:
    name, base = "compose.staging.yaml", (folder() / "compose.yaml").read_text()

    def staging(*changes: tuple[str, str]) -> Setup:
        return both(written("compose.yaml", base), edited(name, *changes, text=STAGING))

    in_the_base = edited("compose.yaml", ("${LOG_LEVEL:-info}", "warning"), text=base)
    prove(
        lesson,
        "10.1",
        solution=staging(),
        alternatives=[both(written("compose.yaml", base), written(name, LONG))],
        near_misses={
            "no YAML that Compose knows": (staging(("services:", "service:")), "docker compose config, with both files"),
            "on all addresses": (staging(("127.0.0.1:", "")), "ports that web publishes"),
            "in the base": (both(in_the_base, written(name, STAGING)), "LOG_LEVEL of worker, and in compose.yaml alone"),
            "nothing else left": (staging(("environment:", "environment: !override")), "LOG_LEVEL of worker, and in compose.yaml alone"),
            "no profile": (staging((", profiles: [debug]", "")), "services beyond compose.yaml's, without a profile"),
            "another profile": (staging(("[debug]", "[test]")), "services beyond compose.yaml's, with profile debug"),
        },
    )  # fmt: skip


# 10.2 ---------------------------------------------------------------------------------------------------------------

PIER_FILE = "pier/compose.yaml"
TO_DB = ("psql -h localhost", "psql -h db")
HEALTHY = ("depends_on: [db]", "depends_on: {db: {condition: service_healthy}}")


def test_started_is_not_ready(lesson: LabellingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pier_task, "PATIENCE", 2)
    loop = (
        "- psql -h localhost",
        "- until psql -h db -U harbour -c 'SELECT 1'; do sleep 0.2; done; psql -h db",
    )
    clerk = "clerk, on its first start"

    def pier(*changes: tuple[str, str]) -> Setup:
        return edited(PIER_FILE, *changes, text=PIER)

    def waits_by_itself(client: Any) -> None:
        pier(loop)(client)

    prove(
        lesson,
        "10.2",
        start=lambda _client: start_pier(),
        solution=pier(TO_DB, HEALTHY),
        alternatives=[waits_by_itself],
        near_misses={
            "another address": (pier(TO_DB), clerk),
            "a guess": (pier(TO_DB, ("- psql", "- sleep 2; psql")), clerk),
            "restarted until it works": (pier(TO_DB, ("depends_on: [db]", "depends_on: [db]\n    restart: always")), clerk),
            "the work left out": (pier(HEALTHY, ("psql -h localhost -U harbour -c 'CREATE TABLE IF NOT EXISTS calls (ship text)' && ", "")), "the table in db"),
            "no database": (written(PIER_FILE, PIER.partition("  db:")[0].replace("    depends_on: [db]\n", "")), "services of the file"),
        },
    )  # fmt: skip


# 10.3, 10.4 ---------------------------------------------------------------------------------------------------------

TEXT = 'print("INFO ship", ship, "has called")'
JSON = 'print(__import__("json").dumps({"level": "info", "ship": ship}))'


def crier(program: str, *options: str, **more: Any) -> Setup:
    return lambda client: client.containers.run(
        PYTHON, ["python", *options, "-c", program], name="dd-crier", detach=True, init=True, **more
    )


def test_lines_at_once(lesson: LabellingClient) -> None:
    speaks = CRIER.replace(TEXT, JSON)
    logs = (
        "import itertools, logging, sys, time\n"
        'form = \'{"level": "%(levelname)s", "ship": %(message)s}\'\n'
        "logging.basicConfig(stream=sys.stdout, level=20, format=form)\n"
        "for ship in itertools.count():\n    logging.info(ship)\n    time.sleep(0.1)\n"
    )

    def terminal(client: Any) -> None:
        crier(speaks, tty=True)(client)

    def logging(client: Any) -> None:
        crier(logs)(client)

    new, last = "new lines on the standard output in 1 s", "the last lines"
    prove(
        lesson,
        "10.3",
        start=start_crier,
        solution=crier(speaks, environment={"PYTHONUNBUFFERED": "1"}),
        alternatives=[terminal, logging],
        near_misses={
            "in the buffer": (crier(speaks), new),
            "on the standard error": (crier(speaks.replace("ship}))", "ship}), file=__import__('sys').stderr)")), new),
            "text, at once": (crier(CRIER, "-u"), last),
            "several lines": (crier(speaks.replace("ship}))", "ship}, indent=1))"), "-u"), last),
            "always the same": (crier(speaks.replace('"ship": ship', '"ship": 1'), "-u"), "ships in the last lines"),
        },
    )  # fmt: skip


def chatty(program: str = CHATTY, ready: bytes = b"00020000", **options: str) -> Setup:
    """Start dd-chatty with a log driver and its options, and wait until it has said the most."""

    def start(client: Any) -> None:
        config = LogConfig(type=options.pop("driver", "json-file"), config=options)
        made = client.containers.run(
            PYTHON, ["python", "-c", program], name="dd-chatty", detach=True, init=True, log_config=config
        )
        if ready:
            wait_until(lambda: ready in made.logs(tail=100), "the most is said")

    return start


def test_a_log_that_ends(lesson: LabellingClient) -> None:
    small = {"max-size": "200k", "max-file": "3"}

    def terminal(client: Any) -> None:
        start_chatty(client)
        typed("docker", "rm", "-f", "dd-chatty")
        options = "--init --name dd-chatty --label dev.drydock.lesson=10 --log-opt max-size=200k --log-opt max-file=3"
        typed("docker", "run", "-d", *options.split(), PYTHON, "python", "-c", CHATTY)
        wait_until(
            lambda: b"00020000" in client.containers.get("dd-chatty").logs(tail=100), "the most is said"
        )

    def another_driver(client: Any) -> None:
        chatty(driver="local", **small)(client)

    size = "bytes in the log"
    prove(
        lesson,
        "10.4",
        start=chatty(),
        solution=terminal,
        alternatives=[another_driver],
        near_misses={
            "large files": (chatty(**{"max-size": "1m", "max-file": "3"}), size),
            "no log": (chatty(driver="none", ready=b""), "docker logs dd-chatty"),
            "silenced": (chatty(CHATTY.replace("print(", "number or print("), ready=b"00000000", **small), "lines that the program has written"),
            "stuck": (chatty(CHATTY.replace("sleep(0.1)", "sleep(60)"), ready=b"00020000", **small), "the log, half a second later"),
        },
    )  # fmt: skip


# 10.5 ---------------------------------------------------------------------------------------------------------------


def shipped(client: Any, cargo: str = "aboard") -> tuple[str, str]:
    """Start the registry if need be, push an image as a learner does; return its name and its digest."""
    there = client.containers.list(filters={"name": "dd-chandlery"})
    depot = reach(there[0]) if there else start_depot(client)
    name = f"{depot.address}/pilot"
    dockerfile = f"FROM {PYTHON}\nRUN echo {cargo} > /pilot\n".encode()
    client.images.build(fileobj=io.BytesIO(dockerfile), tag=f"{name}:1.0")
    return name, push(client, f"{name}:1.0", "pilot", "sesame")


def run(client: Any, image: str) -> None:
    client.containers.run(image, ["sleep", "1d"], name="dd-guide", detach=True, init=True)


def test_a_container_that_cannot_be_moved(lesson: LabellingClient, tmp_path: Path) -> None:
    def by_digest(client: Any) -> None:
        run(client, "@".join(shipped(client)))

    def terminal(client: Any) -> None:
        address = start_depot(client).address
        name, login = f"{address}/pilot", ["docker", "--config", str(tmp_path)]
        typed(*login, "login", "-u", "pilot", "--password-stdin", address, text="sesame\n")
        label = "--label=dev.drydock.lesson=10"
        typed("docker", "build", "-q", label, "-t", f"{name}:1.0", "-", text=f"FROM {PYTHON}\nENV PILOT=1\n")
        typed(*login, "push", "-q", f"{name}:1.0")
        digest = client.images.get(f"{name}:1.0").attrs["RepoDigests"][0]
        typed("docker", "run", "-d", "--init", label, "--name", "dd-guide", digest, "sleep", "1d")

    def by_tag(client: Any) -> None:
        run(client, f"{shipped(client)[0]}:1.0")

    def moved(client: Any) -> None:
        by_digest(client)
        shipped(client, "another")

    def refused(client: Any) -> None:
        depot = start_depot(client)
        client.images.build(fileobj=io.BytesIO(f"FROM {PYTHON}\n".encode()), tag=f"{depot.address}/pilot:1.0")
        client.images.push(f"{depot.address}/pilot", tag="1.0")
        run(client, f"{depot.address}/pilot:1.0")

    prove(
        lesson,
        "10.5",
        start=start_depot,
        solution=by_digest,
        alternatives=[terminal],
        near_misses={
            "by tag": (by_tag, "the image of dd-guide"),
            "an older push": (moved, "the image of dd-guide"),
            "a push that was refused": (refused, "pilot:1.0 in the registry"),
        },
    )


# 10.6 ---------------------------------------------------------------------------------------------------------------

TARGET, PATH = ("localhost:8000", "dd-beacon:8000"), ("    metrics_path: /figures\n", "")


def lookout(*changes: tuple[str, str], query: str = "harbour_ships", reload: bool = True) -> Setup:
    """Start the task, change the settings, and wait until a query finds something."""

    def setup(client: Any) -> None:
        edited("lookout/prometheus.yml", text=SETTINGS)(client)
        found = start_lookout(client)
        edited("lookout/prometheus.yml", *changes, text=SETTINGS)(client)
        if reload:
            found.kill(signal="SIGHUP")
        if query:
            wait_until(lambda: b"metric" in found.exec_run([*QUERY, query]).output, "it finds something")

    return setup


def test_a_lookout_that_sees_nothing(lesson: LabellingClient) -> None:
    def restarted(client: Any) -> None:
        lookout(TARGET, PATH, query="", reload=False)(client)
        found = client.containers.get("dd-watch")
        found.restart(timeout=5)
        wait_until(lambda: b"metric" in found.exec_run([*QUERY, "harbour_ships"]).output, "it has the figure")

    reached, figure = "targets that Prometheus reaches", "harbour_ships, as Prometheus has it"
    prove(
        lesson,
        "10.6",
        start=start_lookout,
        solution=lookout(TARGET, PATH),
        alternatives=[restarted],
        near_misses={
            "not read anew": (lookout(TARGET, PATH, query="", reload=False), reached),
            "the path alone": (lookout(PATH, query=""), reached),
            "itself": (lookout(("localhost:8000", "localhost:9090"), PATH, query="up == 1"), figure),
        },
    )


# 10.7 ---------------------------------------------------------------------------------------------------------------


def test_a_pipeline_that_ships_what_is_broken(lesson: LabellingClient) -> None:
    stop, tee = ("image=$1", "set -e\nimage=$1"), (" | tee test.log", "")
    ask = "name=$(docker image inspect --format '{{index .RepoDigests 0}}' \"$image\")\n"
    name = ("docker rm", f"{ask}docker rm"), ('--name "$container" "$image"', '--name "$container" "$name"')

    def ferry(*changes: tuple[str, str]) -> Setup:
        def setup(_client: Any) -> None:
            start_ferry()
            edited("ferry/pipeline.sh", *changes, text=FILES["pipeline.sh"])(_client)

        return setup

    def by_and(client: Any) -> None:
        result = (
            "python test_ferry.py | tee test.log",
            "python test_ferry.py > test.log || { cat test.log; exit 3; }",
        )
        ferry(result, *name)(client)

    prove(
        lesson,
        "10.7",
        start=lambda _client: start_ferry(),
        solution=ferry(stop, tee, *name),
        alternatives=[by_and],
        near_misses={
            "the pipe's exit code": (ferry(stop, *name), "exit code for a ferry whose tests fail"),
            "fails at its end": (ferry(tee, *name, ("python test_ferry.py", "python test_ferry.py || failed=1"), ('"$name"\n', '"$name"\n[ -z "$failed" ]\n')), "what happened to that ferry"),
            "by tag": (ferry(stop, tee), "the image of the container that was deployed"),
            "not pushed": (ferry(stop, tee, ("docker push --quiet", "true")), "a ferry whose tests pass"),
        },
    )  # fmt: skip


# Registries, with bad input -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def depot(lesson: LabellingClient) -> Iterator[Registry]:
    yield start_depot(lesson, "dd-test-depot")
    lesson.containers.get("dd-test-depot").remove(force=True, v=True)
    lesson.volumes.get("dd-test-depot-keys").remove()


def crate(client: Any, depot: Registry, cargo: str) -> str:
    """Build an image for the registry, and return its name."""
    dockerfile = f"FROM {PYTHON}\nRUN echo {cargo} > /crate\n".encode()
    client.images.build(fileobj=io.BytesIO(dockerfile), tag=f"{depot.address}/crate:1")
    return f"{depot.address}/crate:1"


@pytest.mark.parametrize(
    "login", [{}, {"user": "pilot", "password": "open"}, {"user": "nobody", "password": "sesame"}]
)
def test_a_wrong_password_is_said_and_changes_nothing(
    lesson: LabellingClient, depot: Registry, login: dict[str, str]
) -> None:
    before = push(lesson, crate(lesson, depot, "ropes"), "pilot", "sesame")
    name = crate(lesson, depot, "sails")
    refused = r"refuses the login.*\n.*as they were\.\nHint: give the user and the password"
    with pytest.raises(DrydockError, match=refused):
        push(lesson, name, **login)
    assert depot.digest("crate", "1") == before
    assert lesson.images.get(name)
    stranger = Registry(depot.address, ca=certificate(lesson), **login)
    assert stranger.ready()
    with pytest.raises(DrydockError, match=refused):
        stranger.tags("crate")


def certificate(client: Any) -> str:
    found = client.containers.get("dd-test-depot").exec_run(["cat", "/keys/cert.pem"]).output
    return str(found.decode())


def test_a_wrong_certificate_is_said_and_nothing_is_sent(
    lesson: LabellingClient, depot: Registry, tmp_path: Path
) -> None:
    make = "openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=another 2> /dev/null"
    another = lesson.containers.run(PYTHON, ["sh", "-c", make], remove=True).decode()
    distrusted = (
        r"certificate of the registry at .* is not trusted.*\nNothing was sent.*\nHint: get the authority's"
    )
    for registry in (
        Registry(depot.address, ca=another, user="pilot", password="sesame"),
        Registry(depot.address.replace("127.0.0.1", "127.1"), ca=certificate(lesson)),  # for another name
    ):
        assert not registry.ready()
        with pytest.raises(DrydockError, match=distrusted):
            registry.repositories()


def test_a_daemon_that_does_not_trust_the_registry(lesson: LabellingClient, depot: Registry) -> None:
    """A push from another machine: refused before a password is sent, and fine once the daemon trusts it."""
    inside = next(iter(lesson.containers.get("dd-test-depot").attrs["NetworkSettings"]["Networks"].values()))
    server = nested.start(lesson, "dd-test-outpost", extra_hosts={"registry.harbour": inside["IPAddress"]})
    try:
        address = "registry.harbour:5000"
        server.client.images.build(
            fileobj=io.BytesIO(b"FROM scratch\nENV CARGO=ropes\n"), tag=f"{address}/far:1"
        )
        with pytest.raises(DrydockError, match=r"is not trusted.*unknown authority"):
            push(server.client, f"{address}/far:1", "pilot", "sesame")
        assert depot.tags("far") == []
        assert server.client.images.get(f"{address}/far:1")
        place = f"/etc/docker/certs.d/{address}"
        text = certificate(lesson)
        server.container.exec_run(["sh", "-c", f"mkdir -p {place} && echo '{text}' > {place}/ca.crt"])
        with pytest.raises(DrydockError, match="refuses the login"):
            push(server.client, f"{address}/far:1", "pilot", "open")
        assert push(server.client, f"{address}/far:1", "pilot", "sesame") == depot.digest("far", "1")
    finally:
        server.remove()


def test_nobody_answers(lesson: LabellingClient) -> None:
    nowhere = Registry("127.0.0.1:9")
    assert not nowhere.ready()
    with pytest.raises(
        DrydockError, match=r"does not answer.*\nNothing was asked of it.*\nHint: does its container"
    ):
        nowhere.tags("crate")
    lesson.images.build(fileobj=io.BytesIO(f"FROM {PYTHON}\n".encode()), tag="127.0.0.1:9/crate:1")
    with pytest.raises(DrydockError, match=r"could not be pushed.*\nThe image is here as it was"):
        push(lesson, "127.0.0.1:9/crate:1")
    assert lesson.images.get("127.0.0.1:9/crate:1")


def test_a_digest_is_not_read_as_a_refusal() -> None:
    digest = "sha256:" + "401" * 21 + "4"
    lines = [
        {
            "error": f"failed to do request: Head https://127.0.0.1:9/v2/crate/blobs/{digest}: connection refused"
        }
    ]
    client: Any = SimpleNamespace(images=SimpleNamespace(push=lambda *_args, **_options: lines))
    with pytest.raises(DrydockError, match="could not be pushed"):
        push(client, "127.0.0.1:9/crate:1")


def test_deleting_and_asking(lesson: LabellingClient, depot: Registry) -> None:
    digest = push(lesson, crate(lesson, depot, "ropes"), "pilot", "sesame")
    assert depot.tags("crate") == ["1"]
    assert "crate" in depot.repositories()
    assert depot.digest("crate", "2") is None
    assert depot.delete("crate", digest)
    assert not depot.delete("crate", digest)
    assert depot.digest("crate", "1") is None
    assert depot.tags("crate") == depot.tags("nothing") == []


# Pictures -----------------------------------------------------------------------------------------------------------


def event(action: str, service: str, time: float) -> dict[str, Any]:
    attributes = {"com.docker.compose.service": service} if service else {}
    return {"Action": action, "Actor": {"Attributes": attributes}, "timeNano": int(time * 1e9)}


EVENTS = [
    event("start", "", 1),
    event("create", "db", 5),
    event("start", "db", 10),
    event("exec_start: pg_isready", "db", 11),
    event("health_status: healthy", "db", 12.5),
    event("start", "migrate", 13),
    event("die", "migrate", 14),
    event("start", "web", 14.5),
    event("start", "web", 15),
]


def test_the_order_of_a_start() -> None:
    seen = milestones(EVENTS)
    assert seen == {
        "db": {"started": 0, "healthy": 2.5},
        "migrate": {"started": 3, "ended": 4},
        "web": {"started": 4.5},
    }
    axes = start_order(seen).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["db", "migrate", "web"]
    waiting, able = axes.patches[0], axes.patches[1]
    assert (waiting.get_width(), able.get_x()) == (2.5, 2.5)
    assert [text.get_text() for text in axes.texts] == ["healthy", "ended", ""]


def test_no_events_no_picture() -> None:
    assert milestones([]) == {}


def test_what_was_scraped() -> None:
    answer = {"data": {"result": [
        {"metric": {"instance": "b:8000"}, "values": [[101, "2"], [102, "4"]]},
        {"metric": {"instance": "a:8000"}, "values": [[100, "1"]]},
    ]}}  # fmt: skip
    lines = lines_of(answer, "instance")
    assert lines == {"a:8000": [(0, 1)], "b:8000": [(1, 2), (2, 4)]}
    axes = scraped(lines, "requests a second").axes[0]
    assert [line.get_label() for line in axes.lines] == ["a:8000", "b:8000"]
    assert list(axes.lines[1].get_ydata()) == [2, 4]
    assert axes.get_title() == "requests a second"
    assert scraped({}, "nothing").axes[0].lines[:] == []


# Harbour ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "said"), [("20.1.0", "known vulnerabilit"), ("99.0.0", "")])
def test_the_pipeline_ships_nothing_with_a_known_hole(
    lesson: LabellingClient, harbour: Path, tmp_path: Path, version: str, said: str
) -> None:
    steps = runpy.run_path(str(harbour / "pipeline.py"))
    (tmp_path / "METADATA").write_text(f"Name: gunicorn\nVersion: {version}\n")
    (tmp_path / "Dockerfile").write_text(f"FROM scratch\nCOPY METADATA /lib/gunicorn-{version}.dist-info/\n")
    lesson.images.build(path=str(tmp_path), tag="dd-test10")
    try:
        with pytest.raises(ValueError, match=said) if said else nullcontext():
            assert steps["scan"]("dd-test10") == "nothing known"
    finally:
        lesson.images.remove("dd-test10")


def test_harbours_base_publishes_the_front_alone(harbour: Path) -> None:
    command = ["docker", "compose", "-f", "compose.yaml", "--profile", "*", "config", "--format", "json"]
    done = subprocess.run(command, cwd=harbour, check=True, capture_output=True, env=os.environ)
    services = json.loads(done.stdout)["services"]
    published = {
        name: [port["host_ip"] for port in one["ports"]] for name, one in services.items() if "ports" in one
    }
    assert published == {"front": ["127.0.0.1"], "prometheus": ["127.0.0.1"]}
    assert all(one["labels"]["dev.drydock.lesson"] == "10" for one in services.values())
    assert all(one["logging"]["options"]["max-size"] for one in services.values())
