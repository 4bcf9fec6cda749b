"""Lesson 08's tasks, each proved both ways; its picture, its look at the disk, and what Harbour has gained."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docker.errors import APIError, ContainerError
from docker.types import LogConfig, Mount

from drydock import disk, images, project, session, wait_until
from drydock.checks.lesson08 import (
    archive,
    bilge,
    clerk,
    register,
    start_archive,
    start_clerk,
    start_places,
    start_register,
    start_tiles,
    tiles,
)
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.figures import survival
from drydock.nested import Nested, daemon
from tests.harness import Setup, ours, prove, typed

DEBIAN, PYTHON, POSTGRES, ENGINE = "debian:trixie-slim", "python:3.13-slim", "postgres:17", "dd-engine"
STAY = ["sleep", "1d"]
LABEL = "--label dev.drydock.lesson=08"


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 08, as its exercise notebook has one."""
    connected = connect("08", quiet=True)
    images.need(connected, DEBIAN, PYTHON, POSTGRES, ENGINE)
    yield connected
    connected.close()


@pytest.fixture
def harbour() -> Iterator[Path]:
    """The learner's copy of the project."""
    folder = paths.work() / "exercise-08"
    shutil.rmtree(folder, ignore_errors=True)
    yield project.checkout("exercise-08")
    shutil.rmtree(folder)


def both(*setups: Setup) -> Setup:
    return lambda client: [setup(client) for setup in setups]


def terminal(*lines: str) -> Setup:
    """What a learner types into JupyterLab's terminal."""
    return lambda _client: [typed("bash", "-c", line) for line in lines]


def volume(name: str, **options: Any) -> Setup:
    return lambda client: client.volumes.create(name, **options)


def in_volume(name: str, command: str) -> Setup:
    """Run a command as root in a container that ends, with a volume at /v."""
    return lambda client: client.containers.run(
        DEBIAN, ["sh", "-c", command], volumes={name: {"bind": "/v"}}, remove=True
    )


def removed(name: str) -> Setup:
    return lambda client: client.containers.get(name).remove(force=True)


def test_three_places(lesson: LabellingClient, harbour: Path) -> None:
    charts = start_places(harbour)

    def placed(hold: str = "dd-hold", mode: str = "ro", scratch: str = "size=16m", **options: Any) -> Setup:
        def run(client: Any) -> None:
            volumes = {hold: {"bind": "/hold"}, str(charts): {"bind": "/charts", "mode": mode}}
            client.containers.run(
                DEBIAN, STAY, name="dd-places", detach=True, volumes=volumes, tmpfs={"/scratch": scratch}, **options
            )  # fmt: skip

        return both(volume("dd-hold"), run)

    by_drivers = both(
        volume("dd-hold"),
        volume("dd-charts", driver_opts={"type": "none", "o": "bind,ro", "device": str(charts)}),
        volume("dd-scratch", driver_opts={"type": "tmpfs", "o": "size=8m", "device": "tmpfs"}),
        lambda client: client.containers.run(
            DEBIAN, STAY, name="dd-places", detach=True,
            volumes=["dd-hold:/hold", "dd-charts:/charts", "dd-scratch:/scratch"],
        ),
    )  # fmt: skip
    prove(
        lesson,
        "08.1",
        solution=placed(),
        alternatives=[
            by_drivers,
            terminal(
                f"docker volume create {LABEL} dd-hold",
                f"docker run -d {LABEL} --name dd-places --mount type=volume,source=dd-hold,target=/hold "
                f"--mount type=bind,source={charts},target=/charts,readonly "
                f"--mount type=tmpfs,target=/scratch,tmpfs-size=16777216 {DEBIAN} sleep 1d",
            ),
        ],
        near_misses={
            "root may write": (placed(mode="rw"), "whether root in the container can write to /charts"),
            "another user may not": (
                placed(mode="rw", user="20002"), "whether root in the container can write to /charts",
            ),
            "as large as it likes": (placed(scratch=""), "size of /scratch"),
            "a folder of the machine": (placed(hold=str(harbour)), "what lies at /hold"),
            "scratch on the disk": (
                both(volume("dd-hold"), lambda client: client.containers.run(
                    DEBIAN, ["sh", "-c", "mkdir /scratch; sleep 1d"], name="dd-places", detach=True,
                    volumes={"dd-hold": {"bind": "/hold"}, str(charts): {"bind": "/charts", "mode": "ro"}})),
                "type of the file system at /scratch",
            ),
        },
    )  # fmt: skip


def test_a_copy(lesson: LabellingClient, tmp_path: Path) -> None:
    def copied(command: str, source: str = "dd-archive:/from:ro") -> Setup:
        return both(
            start_archive,
            volume(archive.COPY),
            lambda client: client.containers.run(
                DEBIAN, ["sh", "-c", command], volumes=[source, f"{archive.COPY}:/to"], remove=True
            ),
        )

    file = tmp_path / "archive.tar"
    through_a_file = both(
        start_archive,
        in_volume(archive.SOURCE, "rm -r /v/1721"),
        start_archive,  # begun again
        terminal(
            f"docker volume create {LABEL} {archive.COPY}",
            f"docker run --rm -v {archive.SOURCE}:/from:ro {DEBIAN} tar -C /from -c . > {file}",
            f"docker run --rm -i -v {archive.COPY}:/to {DEBIAN} tar -C /to --numeric-owner -x < {file}",
        ),
    )
    what = "{} in the volume dd-archive-copy".format
    prove(
        lesson,
        "08.2",
        start=start_archive,
        solution=copied("cp -a /from/. /to"),
        alternatives=[through_a_file],
        near_misses={
            "nothing in it": (both(start_archive, volume(archive.COPY)), what("paths")),
            "without hidden files": (copied("cp -a /from/* /to"), what("paths")),
            "links followed": (copied("cp -rL --preserve=all /from/. /to"), what("paths")),
            "another's": (copied("cp -r --preserve=mode,links /from/. /to"), what("owners, by number")),
            "open to all": (copied("cp -a /from/. /to; chmod 644 /to/.seal"), what("modes")),
            "moved": (copied("cp -a /from/. /to; rm /from/.seal", "dd-archive:/from"), "content of the volume dd-archive"),
        },
    )  # fmt: skip


def test_clerk(lesson: LabellingClient) -> None:
    mount = {clerk.VOLUME: {"bind": "/records"}}

    def anew(mount: dict[str, dict[str, str]] = mount, **options: Any) -> Setup:
        return both(
            removed(clerk.NAME),
            lambda client: client.containers.run(
                DEBIAN,
                clerk.COMMAND,
                name=clerk.NAME,
                detach=True,
                volumes=mount,
                **{"user": "10001", **options},
            ),
        )

    again: Setup = lambda client: client.containers.get(clerk.NAME).start()  # noqa: E731
    group = in_volume(clerk.VOLUME, "chgrp -R 20001 /v; chmod -R g+w /v")
    new = volume("dd-new-records")
    prove(
        lesson,
        "08.3",
        start=start_clerk,
        solution=both(start_clerk, in_volume(clerk.VOLUME, "chown -R 10001:10001 /v"), again),
        alternatives=[
            both(start_clerk, group, anew(group_add=["20001"])),
            both(
                start_clerk, in_volume(clerk.VOLUME, "rm /v/book; chmod 777 /v"), removed(clerk.NAME),
                start_clerk,  # begun again
                in_volume(clerk.VOLUME, "chown 20001 /v/book"), anew(user="20001"),
            ),
        ],
        near_misses={
            "as root": (both(start_clerk, anew(user="0")), "user of the service's process"),
            "open to all": (
                both(start_clerk, in_volume(clerk.VOLUME, "chmod -R 777 /v"), again),
                "whether any other user may write there",
            ),
            "another volume": (
                both(start_clerk, new, in_volume("dd-new-records", "chown 10001 /v"), anew({"dd-new-records": {"bind": "/records"}})),
                "what lies at /records",
            ),
            "begun anew": (
                both(start_clerk, in_volume(clerk.VOLUME, "rm /v/book; chown 10001 /v"), again),
                "the first entries of /records/book",
            ),
            "nothing but a start": (both(start_clerk, again, lambda client: client.containers.get(clerk.NAME).wait()), "state of container dd-clerk"),
        },
    )  # fmt: skip


def test_register(lesson: LabellingClient) -> None:
    def run(target: str = "/var/lib/postgresql/data", **environment: str) -> Setup:
        def start(client: Any) -> None:
            settings = {
                **register.SETTINGS,
                "environment": {**register.SETTINGS["environment"], **environment},
            }
            found = client.containers.run(
                POSTGRES, name=register.NAME, volumes={register.VOLUME: {"bind": target}}, **settings
            )
            wait_until(lambda: register.answers(found), "the database answers")

        return both(volume(register.VOLUME), start)

    def old(client: Any) -> None:
        start_register(client).rename("dd-old")

    dump = terminal(
        f"docker exec dd-old pg_dump -U postgres | docker exec -i {register.NAME} psql -qU postgres > /dev/null"
    )

    def files(client: Any) -> None:
        database = start_register(client)
        database.stop()
        (mount,) = database.attrs["Mounts"]
        client.volumes.create(register.VOLUME)
        client.containers.run(
            DEBIAN, ["cp", "-a", "/from/.", "/to"], volumes=[f"{mount['Name']}:/from:ro", f"{register.VOLUME}:/to"], remove=True
        )  # fmt: skip
        database.remove(v=True)
        run()(client)

    def rewritten(client: Any) -> None:
        values = ", ".join(f"('{row}')" for row in register.ROWS)
        register.ask(
            client.containers.get(register.NAME), f"CREATE TABLE entries (entry text); INSERT INTO entries VALUES {values}"
        )  # fmt: skip

    lies = "what lies at the server's data folder, {}".format
    rows = "entries in the database of dd-registrar"
    prove(
        lesson,
        "08.4",
        start=start_register,
        solution=both(old, run(), dump),
        alternatives=[files],
        near_misses={
            "one level too high": (both(run("/var/lib/postgresql"), rewritten), lies("/var/lib/postgresql/data")),
            "in the layer": (both(run(PGDATA="/srv/data"), rewritten), lies("/srv/data")),
            "an empty database": (run(), rows),
        },
    )  # fmt: skip


def test_tiles(lesson: LabellingClient, harbour: Path) -> None:
    folder = start_tiles(harbour)
    made = "RUN mkdir /srv/tiles && head -c 16M /dev/urandom > /srv/tiles/map"
    stay = 'CMD ["sh", "-c", "echo started >> /srv/tiles/log && exec sleep 1d"]'

    def built(*lines: str) -> Setup:
        def build(client: Any) -> None:
            (folder / "Dockerfile").write_text("\n".join(lines) + "\n")
            client.images.build(path=str(folder), tag=tiles.IMAGE)

        return build

    owned = "chown -R 10001:10001 /srv/tiles"
    layer = "what the container has in its writable layer"
    owners = "owners of the service's process, of the map and of the log"
    hidden = "what is in the image and no container sees, as a later layer hides it"
    prove(
        lesson,
        "08.5",
        start=built(*tiles.DOCKERFILE.splitlines()),
        solution=built(f"FROM {DEBIAN}", f"{made} && {owned}", "USER 10001", stay),
        alternatives=[
            built(f"FROM {DEBIAN} AS maker", made, f"FROM {DEBIAN}", "COPY --from=maker --chown=10001:10001 /srv/tiles /srv/tiles",
                  f"RUN {owned.replace('-R ', '')}", "USER 10001", stay),
        ],
        near_misses={
            "a line later": (built(f"FROM {DEBIAN}", made, f"RUN {owned}", "USER 10001", stay), hidden),
            "the map stays root's": (built(f"FROM {DEBIAN}", f"{made} && chown 10001 /srv/tiles", "USER 10001", stay), owners),
            "may not write": (
                built(f"FROM {DEBIAN}", made, "USER 10001", stay), "a container of the check's own from dd-tiles",
            ),
            "copied at the start": (
                built(f"FROM {DEBIAN}", f"{made} && {owned}", "USER 10001",
                      'CMD ["sh", "-c", "cp /srv/tiles/map /srv/tiles/m && mv /srv/tiles/m /srv/tiles/map && echo started >> /srv/tiles/log && exec sleep 1d"]'),
                layer,
            ),
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def full(lesson: LabellingClient) -> Iterator[Nested]:
    """The daemon with the small disk, started once for all cases: under another session's label, as the harness wants none of ours before a case."""
    elsewhere = connect("08", quiet=True)
    elsewhere.api.labels = {**elsewhere.api.labels, session.SESSION: "elsewhere"}
    started = bilge.fresh(elsewhere)
    yield started
    started.remove()
    elsewhere.close()


def test_full_disk(lesson: LabellingClient, full: Nested) -> None:
    own = full.client

    def start(_client: Any) -> None:
        """Bring the disk to where start_bilge leaves it."""
        if b"log-opts" in full.container.exec_run(["cat", daemon.CONFIG]).output:
            full.configure({})
        for container in own.containers.list(all=True):
            container.remove(force=True, v=True)
        own.volumes.prune({"all": True})
        own.images.prune()
        bilge.fill(full)

    def there(command: str) -> Setup:
        return lambda _client: full.container.exec_run(["sh", "-c", command])

    def talker(**options: Any) -> Setup:
        def run(_client: Any) -> None:
            own.containers.get(bilge.TALKER).remove(force=True)
            own.containers.run(DEBIAN, bilge.TALK, name=bilge.TALKER, init=True, detach=True, **options)
            wait_until(lambda: own.containers.get(bilge.TALKER).logs(tail=1), "it has said something")

        return run

    def log(**options: str) -> dict[str, LogConfig]:
        return {
            "log_config": LogConfig(
                type="json-file", config={key.replace("_", "-"): value for key, value in options.items()}
            )
        }

    rubbish = there("docker image prune -f; docker volume prune -f")
    limited = talker(**log(max_size="1m", max_file="2"))
    by_default = both(lambda _client: full.configure({"log-opts": {"max-size": "2m"}}), talker())
    most = "the most that the log of dd-talker can take"
    space = "free space on the disk of dd-bilge"
    empty = there(f"for log in {bilge.STORE}/containers/*/*.log; do : > $log; done")
    prove(
        lesson,
        "08.6",
        start=start,
        solution=both(start, limited, rubbish),
        alternatives=[both(start, rubbish, by_default)],
        near_misses={
            "all volumes": (both(start, limited, rubbish, there("docker volume prune -a -f")), "entries in the volume logbook"),
            "a log that was emptied": (both(start, empty, rubbish), most),
            "no log": (both(start, talker_without_log(full), rubbish), "the last line that dd-talker has logged"),
            "the log alone": (both(start, limited), space),
        },
    )  # fmt: skip


def talker_without_log(full: Nested) -> Setup:
    def run(_client: Any) -> None:
        full.client.containers.get(bilge.TALKER).remove(force=True)
        full.client.containers.run(
            DEBIAN, bilge.TALK, name=bilge.TALKER, init=True, detach=True, log_config=LogConfig(type="none")
        )

    return run


@pytest.mark.parametrize(
    ("settings", "bytes_"),
    [
        ({"Type": "json-file", "Config": {}}, float("inf")),
        ({"Type": "json-file", "Config": {"max-size": "1m", "max-file": "3"}}, 3e6),
        ({"Type": "json-file", "Config": {"max-size": "500K"}}, 5e5),
        ({"Type": "json-file", "Config": {"max-size": "1.5 MiB", "max-file": "3"}}, 4.5e6),
        ({"Type": "local", "Config": None}, 1e8),
        ({"Type": "local", "Config": {"max-size": "1m"}}, 5e6),
        ({"Type": "none", "Config": {}}, 0),
    ],
)
def test_the_most_that_a_log_takes(settings: dict[str, object], bytes_: float) -> None:
    assert bilge.most(settings) == bytes_


def test_a_second_start_of_tiles_keeps_what_was_changed(
    harbour: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (start_tiles(harbour) / "Dockerfile").write_text("FROM scratch\n")
    start_tiles(harbour)
    assert capsys.readouterr().out.endswith("Dockerfile.old-1: what you had\n")
    assert (harbour / "tiles" / "Dockerfile.old-1").read_text() == "FROM scratch\n"


def test_the_picture_shows_what_is_left() -> None:
    figure = survival({"written": {"layer": 8, "tmpfs": 8}, "made anew": {"layer": 0, "tmpfs": 4}})
    (axes,) = figure.axes
    widths = [round(bar.get_width(), 2) for bar in axes.patches]
    assert widths == [0.8, 0.8, 0.8, 0.8, 0.8, 0.0, 0.8, 0.4]  # a frame and its filling, in turn
    assert [text.get_text() for text in axes.texts] == ["8 MiB", "8 MiB", "empty", "4 MiB"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["layer", "tmpfs"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["written", "made anew"]


def test_the_disk_is_read_and_what_cannot_be_is_said(lesson: LabellingClient) -> None:
    box = lesson.containers.run(DEBIAN, ["sh", "-c", "echo 42 > '/srv/a b'; sleep 1d"], detach=True)
    try:
        wait_until(lambda: box.exec_run(["test", "-s", "/srv/a b"]).exit_code == 0, "the file")
        assert disk.look(box, f"{disk.writable(box)}/srv", "cat 'a b'") == "42"
        with pytest.raises(DrydockError, match=r"/nowhere can't be seen .*\n.* is running\.\nHint: "):
            disk.look(box, "/nowhere", "true")
        box.stop(timeout=0)
        with pytest.raises(DrydockError, match=r"\n.* is exited\.\nHint: start the container"):
            disk.look(box, "/srv", "true")
    finally:
        box.remove(force=True)


def test_a_volume_in_use_is_kept(lesson: LabellingClient) -> None:
    kept = lesson.volumes.create("dd-test-kept")
    in_volume(kept.name, "echo 42 > /v/n")(lesson)
    box = lesson.containers.create(DEBIAN, ["cat", "/v/n"], volumes={kept.name: {"bind": "/v"}})
    try:
        with pytest.raises(APIError, match="in use") as refused:
            kept.remove()
        assert "State now: the volume and its data are as they were" in refused.value.__notes__[0]
        assert "volume=dd-test-kept" in refused.value.__notes__[0]
        box.start()
        assert box.wait()["StatusCode"] == 0 and box.logs() == b"42\n"
    finally:
        box.remove(force=True)
        kept.remove()


def test_a_missing_source_makes_nothing(lesson: LabellingClient, tmp_path: Path) -> None:
    before = ours(lesson)
    mount = Mount("/data", str(tmp_path / "nowhere"), type="bind")
    with pytest.raises(APIError) as missing:
        lesson.containers.create(DEBIAN, STAY, mounts=[mount])
    assert "State now: no container was made, and no folder" in missing.value.__notes__[0]
    with pytest.raises(APIError) as relative:
        lesson.containers.create(DEBIAN, STAY, volumes={"./charts": {"bind": "/data"}})
    assert "Hint: a name without a slash" in relative.value.__notes__[0]
    assert ours(lesson) == before
    assert not (tmp_path / "nowhere").exists()


def test_a_write_to_a_read_only_mount_changes_nothing(lesson: LabellingClient, harbour: Path) -> None:
    charts = start_places(harbour)
    before = (charts / "reef").read_bytes()
    mount = {str(charts): {"bind": "/charts", "mode": "ro"}}
    with pytest.raises(ContainerError, match="Read-only file system"):
        lesson.containers.run(DEBIAN, ["sh", "-c", "echo gone > /charts/reef"], volumes=mount, remove=True)
    assert (charts / "reef").read_bytes() == before


def test_the_project_keeps_its_promises(lesson: LabellingClient, harbour: Path) -> None:
    install = "RUN pip install --no-cache-dir -r requirements-dev.txt\n"
    dockerfile = f"FROM {PYTHON}\nWORKDIR /app\nCOPY requirements*.txt .\n{install}COPY . .\n"
    (harbour / "Dockerfile").write_text(dockerfile)
    typed("docker", "build", "-q", *LABEL.split(), "-t", "dd-test-harbour", str(harbour))
    database = lesson.containers.run(
        POSTGRES, detach=True, environment={"POSTGRES_HOST_AUTH_METHOD": "trust", "POSTGRES_INITDB_ARGS": "--no-sync"}
    )  # fmt: skip
    try:
        # In the network of the database, which answers at 127.0.0.1 when its set-up is done.
        command = ["sh", "-c", "until python -c 'import app' 2> /dev/null; do sleep 0.2; done; python -m pytest -q -p no:cacheprovider"]  # fmt: skip
        said = lesson.containers.run(
            "dd-test-harbour", command, network_mode=f"container:{database.id}", remove=True,
            environment={"DATABASE_URL": "postgresql://postgres@127.0.0.1/postgres"},
        )  # fmt: skip
        assert b" passed" in said and b" skipped" not in said
        alone = lesson.containers.run(
            "dd-test-harbour", ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"], remove=True
        )
        assert b" passed, 3 skipped" in alone
    finally:
        database.remove(force=True, v=True)
        lesson.images.remove("dd-test-harbour")
