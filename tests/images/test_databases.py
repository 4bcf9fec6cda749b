"""The stand-ins for databases behave as the official images do, where lessons and learners rely on it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from docker.models.containers import Container
from docker.models.volumes import Volume

from drydock import images, wait_until
from drydock.client import LabellingClient
from drydock.images import standin

POSTGRES, REDIS = "postgres:17", "redis:8"
QUICK = {"POSTGRES_INITDB_ARGS": "--no-sync"}  # as in official images, options of initdb
Start = Callable[..., Container]


@pytest.fixture
def start(client: LabellingClient) -> Iterator[Start]:
    """Start a container that goes away with the test, and its anonymous volumes with it."""
    images.need(client, POSTGRES, REDIS)
    started: list[Container] = []

    def begin(image: str, command: Any = None, *, wait: bool = True, **options: Any) -> Container:
        container = client.containers.run(image, command, detach=True, **options)
        started.append(container)
        if wait:
            asking = (
                ["pg_isready", "-h", "127.0.0.1", "-U", "postgres"]
                if image == POSTGRES
                else ["redis-cli", "ping"]
            )
            wait_until(lambda: container.exec_run(asking).exit_code == 0, f"{image} answers")
        return container

    yield begin
    for container in started:
        container.remove(force=True, v=True)


@pytest.fixture
def volume(client: LabellingClient) -> Iterator[Volume]:
    made = client.volumes.create()
    yield made
    made.remove()


def ask(container: Container, sql: str) -> str:
    answer = container.exec_run(["psql", "-U", "postgres", "-Atc", sql])
    return str(answer.output.decode().strip())


def stops_at_once(container: Container) -> bool:
    """Tell whether a container ended by itself when it was asked to, and not because patience ended."""
    begun = time.monotonic()
    container.stop(timeout=15)
    return container.wait()["StatusCode"] == 0 and time.monotonic() - begun < 10


def test_postgres_starts_with_what_its_environment_says(start: Start) -> None:
    script = "mkdir -p /docker-entrypoint-initdb.d && cd /docker-entrypoint-initdb.d && {files} && exec docker-entrypoint.sh postgres"
    files = " && ".join((
        "echo 'CREATE TABLE ships (name text);' > 1.sql",
        "echo \"INSERT INTO ships VALUES ('Sirius');\" | gzip > 2.sql.gz",
        "echo 'psql -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\" -c \"INSERT INTO ships VALUES (1)\"' > 3.sh",
        "echo secret > /run/password",
    ))  # fmt: skip
    environment = {
        **QUICK,
        "POSTGRES_USER": "pilot",
        "POSTGRES_DB": "port",
        "POSTGRES_PASSWORD_FILE": "/run/password",
    }
    database = start(POSTGRES, ["bash", "-c", script.format(files=files)], environment=environment)
    code, output = database.exec_run(
        ["psql", "-U", "pilot", "port", "-Atc", "SELECT string_agg(name, ' ') FROM ships"]
    )
    assert (code, output) == (0, b"Sirius 1\n")


def test_postgres_is_refused_without_a_password(start: Start) -> None:
    refused = start(POSTGRES, wait=False)
    assert refused.wait(timeout=30)["StatusCode"] == 1
    assert b"superuser password is not specified" in refused.logs()
    assert b"POSTGRES_PASSWORD" in refused.logs()
    both = start(POSTGRES, wait=False, environment={"POSTGRES_PASSWORD": "a", "POSTGRES_PASSWORD_FILE": "/b"})
    assert both.wait(timeout=30)["StatusCode"] == 1
    assert b"exclusive" in both.logs()


def test_postgres_asks_for_the_password_on_the_network(start: Start, client: LabellingClient) -> None:
    network = client.networks.create("dd-test-databases")
    try:
        database = start(
            POSTGRES, environment={**QUICK, "POSTGRES_PASSWORD": "secret"}, network=network.name, hostname="db", name="dd-test-db"
        )  # fmt: skip
        for password, code in (("secret", 0), ("wrong", 2)):
            other = start(
                POSTGRES, ["psql", "-h", "dd-test-db", "-U", "postgres", "-Atc", "SELECT 1"],
                wait=False, environment={"PGPASSWORD": password}, network=network.name,
            )  # fmt: skip
            assert other.wait(timeout=30)["StatusCode"] == code, other.logs()
        network.disconnect(database)
    finally:
        network.remove()


def test_a_row_survives_the_container(volume: Volume, start: Start) -> None:
    data = {volume.name: {"bind": "/var/lib/postgresql/data"}}
    first = start(POSTGRES, environment={**QUICK, "POSTGRES_HOST_AUTH_METHOD": "trust"}, volumes=data)
    ask(first, "CREATE TABLE ships AS SELECT 'Sirius' AS name")
    assert first.exec_run(["cat", "/proc/1/comm"]).output == b"postgres\n"
    assert first.exec_run(["stat", "-c", "%U %u %g", "/proc/1"]).output == b"postgres 999 999\n"
    assert stops_at_once(first)
    second = start(POSTGRES, volumes=data)
    assert ask(second, "SELECT name FROM ships") == "Sirius"
    assert b"Skipping initialization" in second.logs()


@pytest.mark.parametrize(("user", "number"), [("postgres", 999), ("1234:1234", 1234)])
def test_postgres_starts_as_any_user_who_owns_the_folder(start: Start, user: str, number: int) -> None:
    data = {"/var/lib/postgresql/data": f"uid={number},mode=0700"}
    database = start(
        POSTGRES, user=user, tmpfs=data, environment={**QUICK, "POSTGRES_HOST_AUTH_METHOD": "trust"}
    )
    assert database.exec_run(["stat", "-c", "%u", "/proc/1"]).output == f"{number}\n".encode()
    assert ask(database, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'") == "en_US.utf8"


def test_postgres_takes_options(start: Start) -> None:
    database = start(
        POSTGRES, ["-c", "max_connections=7"], environment={**QUICK, "POSTGRES_HOST_AUTH_METHOD": "trust"}
    )
    assert ask(database, "SHOW max_connections") == "7"
    version = start(POSTGRES, ["postgres", "--version"], wait=False)
    assert version.wait(timeout=30)["StatusCode"] == 0
    assert version.logs().startswith(b"postgres (PostgreSQL) 17.")


def test_redis_keeps_what_it_saved(volume: Volume, start: Start) -> None:
    data = {volume.name: {"bind": "/data"}}
    first = start(REDIS, volumes=data)
    assert first.exec_run(["redis-cli", "set", "ship", "Sirius"]).output == b"OK\n"
    assert first.exec_run(["redis-cli", "save"]).output == b"OK\n"
    assert (
        first.exec_run(["stat", "-c", "%U %u %g", "/proc/1", "/data/dump.rdb"]).output
        == b"redis 999 999\n" * 2
    )
    assert stops_at_once(first)
    second = start(REDIS, ["--maxmemory", "64mb"], volumes=data)
    assert second.exec_run(["redis-cli", "get", "ship"]).output == b"Sirius\n"
    assert b"67108864" in second.exec_run(["redis-cli", "config", "get", "maxmemory"]).output


@pytest.mark.parametrize("command", [None, ["/run/redis.conf"]])
def test_redis_answers_other_containers(start: Start, command: list[str] | None) -> None:
    begin = command and [
        "sh",
        "-c",
        "echo 'save \"\"' > /run/redis.conf; exec docker-entrypoint.sh /run/redis.conf",
    ]
    server = start(REDIS, begin)
    server.reload()
    address = server.attrs["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]
    client = start(REDIS, ["redis-cli", "-h", address, "ping"], wait=False)
    assert client.wait(timeout=30)["StatusCode"] == 0
    assert client.logs() == b"PONG\n"


@pytest.mark.alone  # other tests make volumes, too
@pytest.mark.parametrize("reference", [POSTGRES, REDIS])
def test_building_leaves_no_volume(client: LabellingClient, reference: str) -> None:
    """The classic builder makes a container for each step, and a volume for one whose image declares it."""
    images.need(client, reference)
    dockerfile = standin.RECIPES[reference].dockerfile.read_text()
    assert dockerfile.splitlines()[-1].startswith("VOLUME")
    end = dockerfile[dockerfile.index("\nENTRYPOINT") :]
    before = {volume.name for volume in client.volumes.list()}
    # The steps from ENTRYPOINT on, and the one that the builder adds for our labels.
    built, _log = client.images.build(
        fileobj=io.BytesIO(f"FROM {standin.RECIPES[reference].base}{end}".encode()), nocache=True
    )
    client.images.remove(built.id, force=True)
    assert {volume.name for volume in client.volumes.list()} == before
