"""Lesson 02's tasks, each proved both ways, and its picture."""

from __future__ import annotations

import hashlib
import io
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from drydock import images, processes, session
from drydock.checks.lesson02 import basin as basins
from drydock.checks.lesson02 import limit_of, start_store
from drydock.checks.lesson02.limits import PATH, in_words, leak
from drydock.checks.lesson02.store import STORE
from drydock.client import LabellingClient, connect
from drydock.figures import process_tree
from drydock.nested import Nested, daemon
from drydock.processes import Process
from tests.harness import Setup, prove, typed

DEBIAN, REGISTRY, ENGINE = "debian:trixie-slim", "registry:2", "dd-engine"
STAY = ["sleep", "1d"]
LABEL = "--label dev.drydock.lesson=02"


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 02, as its exercise notebook has one."""
    connected = connect("02", quiet=True)
    images.need(connected, DEBIAN, REGISTRY, ENGINE)
    yield connected
    connected.close()


def run(name: str, command: list[str] = STAY, image: str = DEBIAN, **options: Any) -> Setup:
    return lambda client: client.containers.run(image, command, name=name, detach=True, **options)


def created(name: str, command: list[str] | None = STAY, image: str = DEBIAN, **options: Any) -> Setup:
    return lambda client: client.containers.create(image, command, name=name, **options)


def both(*setups: Setup) -> Setup:
    return lambda client: [setup(client) for setup in setups]


def terminal(*lines: str) -> Setup:
    """What a learner types into JupyterLab's terminal."""

    return lambda _client: [typed("bash", "-c", line) for line in lines]


def request(path: str, body: Any = None) -> Setup:
    def sent(client: Any) -> None:
        client.api.post(f"{client.api.base_url}/containers/{path}", json=body).raise_for_status()

    return sent


def test_moored(lesson: LabellingClient) -> None:
    state, limit = "state of dd-moored", "memory limit that the engine would set"
    wish = {"Image": DEBIAN, "Cmd": STAY, "Labels": lesson.api.labels, "HostConfig": {"Memory": 64 * 2**20}}
    prove(
        lesson,
        "02.1",
        solution=created("dd-moored", mem_limit="64m"),
        alternatives=[
            request("create?name=dd-moored", wish),
            terminal(f"docker create {LABEL} --name dd-moored --memory 65536k {DEBIAN} sleep 1d"),
        ],
        near_misses={
            "running": (run("dd-moored", mem_limit="64m"), state),
            "stopped again": (
                lambda client: run("dd-moored", mem_limit="64m")(client).kill(),  # type: ignore[attr-defined]
                state,
            ),
            "no command": (created("dd-moored", None, mem_limit="64m"), "what dd-moored would run"),
            "a reservation": (created("dd-moored", mem_reservation="64m"), limit),
            "millions of bytes": (created("dd-moored", mem_limit=64_000_000), limit),
            "another image": (created("dd-moored", image=ENGINE, mem_limit="64m"), "image of dd-moored"),
        },
    )


def test_noted(lesson: LabellingClient) -> None:
    def wish(**host: Any) -> dict[str, Any]:
        return {"Image": DEBIAN, "Cmd": STAY, "Labels": lesson.api.labels, "HostConfig": host}

    def made(body: dict[str, Any]) -> Setup:
        return both(request("create?name=dd-noted", body), request("dd-noted/start"))

    def low_level(client: Any) -> None:
        config = client.api.create_host_config() | {"Annotations": {"org.example.berth": "7"}}
        client.api.create_container(DEBIAN, STAY, name="dd-noted", host_config=config)
        client.api.start("dd-noted")

    note = "annotation org.example.berth in config.json"
    prove(
        lesson,
        "02.2",
        solution=made(wish(Annotations={"org.example.berth": "7"})),
        alternatives=[
            low_level,
            terminal(
                f"docker run -d {LABEL} --name dd-noted --annotation org.example.berth=7 {DEBIAN} sleep 1d"
            ),
        ],
        near_misses={
            "a label": (run("dd-noted", labels={"org.example.berth": "7"}), note),
            "beside HostConfig": (made({**wish(), "Annotations": {"org.example.berth": "7"}}), note),
            "another value": (made(wish(Annotations={"org.example.berth": "8"})), note),
            "not started": (
                request("create?name=dd-noted", wish(Annotations={"org.example.berth": "7"})),
                "state of container dd-noted",
            ),
        },
    )


def test_parent(lesson: LabellingClient) -> None:
    watched = f"docker run -d {LABEL} --name dd-watched {DEBIAN} sleep 1d"
    report = f"docker run {LABEL} --name dd-report"
    pid = "docker inspect --format '{{.State.Pid}}' dd-watched"
    log = "log of dd-report"

    def from_top(client: Any) -> None:
        top = run("dd-watched")(client).top(ps_args="-o pid,ppid")  # type: ignore[attr-defined]
        run("dd-report", ["echo", top["Processes"][0][1]])(client).wait()  # type: ignore[attr-defined]

    prove(
        lesson,
        "02.3",
        start=terminal(watched),
        solution=terminal(watched, f"{report} --pid host {ENGINE} ps -o ppid= -p $({pid})"),
        alternatives=[
            from_top,
            terminal(watched, f"{report} --pid host {DEBIAN} sed -n 's/^PPid:\\t//p' /proc/$({pid})/status"),
        ],
        near_misses={
            "its own PID": (terminal(watched, f"{report} {DEBIAN} echo $({pid})"), log),
            "dockerd": (terminal(watched, f"{report} --pid host {ENGINE} ps -o pid= -C dockerd"), log),
            "its own namespace": (
                terminal(watched, f"{report} {ENGINE} ps -o ppid= -p 9$({pid}) || true"),
                "how dd-report ended",
            ),
            "the shim of dd-report": (
                terminal(watched, f"{report} --pid host {ENGINE} sh -c 'ps -o ppid= -p $$'"), log,
            ),
            "started again": (
                terminal(
                    watched,
                    f"{report} --pid host {ENGINE} ps -o ppid= -p $({pid})",
                    "docker restart -t 0 dd-watched",
                ),
                log,
            ),
        },
    )  # fmt: skip


def test_moved_tag(lesson: LabellingClient) -> None:
    """The registry is started once: each case meets it with its tag moved, as start_store leaves it."""
    elsewhere = connect("02", quiet=True)
    elsewhere.api.labels = {**elsewhere.api.labels, session.SESSION: "elsewhere"}
    name, approved = start_store(elsewhere)
    store = elsewhere.containers.get(STORE)
    address = name.replace("127.0.0.1", "http://127.0.0.1", 1).replace("/dd-cargo", "/v2/dd-cargo/manifests")
    kinds = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"

    def fetch(reference: str) -> tuple[bytes, str]:
        asked = urllib.request.Request(f"{address}/{reference}", headers={"Accept": kinds})
        with urllib.request.urlopen(asked) as answer:
            return answer.read(), answer.headers["Content-Type"]

    def put(reference: str) -> None:
        data, kind = fetch(reference)
        asked = urllib.request.Request(f"{address}/stable", data, {"Content-Type": kind}, method="PUT")
        urllib.request.urlopen(asked).close()

    bad = f"sha256:{hashlib.sha256(fetch('stable')[0]).hexdigest()}"
    assert bad != approved

    def unload(reference: str) -> Setup:
        return lambda client: run("dd-unload", image=client.images.pull(reference).id)(client)

    def tag(client: Any) -> None:
        client.images.get(f"{name}@{approved}").tag(name, "stable")

    def push(client: Any) -> None:
        client.images.push(name, tag="stable")

    def rebuilt(client: Any) -> None:
        dockerfile = f"FROM {DEBIAN}\nRUN echo approved > /cargo\nENV AGAIN=1\n".encode()
        client.images.build(fileobj=io.BytesIO(dockerfile), tag=f"{name}:stable", rm=True)
        push(client)
        run("dd-unload", image=f"{name}:stable")(client)

    def clean(client: Any) -> None:
        from drydock import clean

        clean(client)
        # Made in a terminal it has the label of its image's session, as a container takes its image's labels.
        for container in client.containers.list(all=True, filters={"name": "^/?dd-unload$"}):
            container.remove(force=True)
        for image in client.images.list(filters={"reference": f"{name}*"}):
            client.images.remove(image.id, force=True)
        put(bad)

    used, named = "digest of the image that dd-unload runs", "what the tag stable names in the registry"
    right = unload(f"{name}@{approved}")
    try:
        prove(
            lesson,
            "02.4",
            solution=both(right, tag, push),
            alternatives=[
                both(right, lambda _client: put(approved)),
                terminal(
                    f"docker pull -q {name}@{approved} && docker tag {name}@{approved} {name}:stable",
                    f"docker push -q {name}:stable && docker run -d {LABEL} --name dd-unload {name}:stable sleep 1d",
                ),
            ],
            near_misses={
                "the tag": (unload(f"{name}:stable"), used),
                "only here": (both(right, tag), named),
                "only there": (both(unload(f"{name}:stable"), lambda _client: put(approved)), used),
                "built anew": (rebuilt, used),
            },
            clean=clean,
        )
    finally:
        store.remove(force=True, v=True)
        elsewhere.close()


@pytest.fixture(scope="module")
def basin(lesson: LabellingClient) -> Iterator[Nested]:
    """The daemon of the repairs, started once for all cases: under another session's label, as the harness wants none of ours before a case."""
    elsewhere = connect("02", quiet=True)
    elsewhere.api.labels = {**elsewhere.api.labels, session.SESSION: "elsewhere"}
    started = basins.fresh(elsewhere)
    yield started
    started.remove()
    elsewhere.close()


def again(basin: Nested) -> Setup:
    """Bring the basin to where start_basin leaves it."""

    def begin(_client: Any) -> None:
        asked = ["docker", "info", "--format", "{{.LiveRestoreEnabled}}"]
        if not bytes(basin.container.exec_run(asked).output).startswith(b"true"):  # type: ignore[arg-type]
            basin.configure({"live-restore": True})
        for container in basin.client.containers.list(all=True):
            container.remove(force=True)
        basins.board(basin)
        basins.spoil(basin)

    return begin


def test_comes_back(lesson: LabellingClient, basin: Nested) -> None:
    start = again(basin)

    def configured(settings: dict[str, Any]) -> Setup:
        def configure(_client: Any) -> None:
            daemon.write(basin.container, settings)
            basin.container.exec_run(["daemon", "start"])

        return both(start, configure)

    def a_new_ferry(_client: Any) -> None:
        basin.client.containers.get("dd-ferry").remove(force=True)
        basin.client.containers.run(DEBIAN, STAY, name="dd-ferry", init=True, detach=True)

    def reloaded(_client: Any) -> None:
        basin.container.exec_run(["sh", "-c", "kill -HUP $(cat /run/docker.pid)"])

    answer, same = "the daemon in dd-basin", "the process and the state of dd-ferry"
    in_terminal = (
        'docker exec dd-basin sh -c "sed -i s/verbose/debug/ /etc/docker/daemon.json && daemon start"'
    )
    prove(
        lesson,
        "02.5",
        start=start,
        solution=configured({"live-restore": True}),
        alternatives=[both(start, terminal(in_terminal))],
        near_misses={
            "without the setting": (configured({}), same),
            "as text": (configured({"live-restore": "true"}), answer),
            "a new container": (both(configured({"live-restore": True}), a_new_ferry), same),
            "switched off again": (
                both(configured({"live-restore": True}), lambda _c: daemon.write(basin.container, {"live-restore": False}), reloaded),
                "live-restore, as the daemon says",
            ),
        },
    )  # fmt: skip


def test_limits_hold(lesson: LabellingClient, basin: Nested) -> None:
    limit = "the kernel's limit for a new container in dd-basin, made by the check with 64 MiB"

    def start(_client: Any) -> None:
        for container in basin.client.containers.list(all=True):
            container.remove(force=True)
        assert limit_of(leak(basin)) == "no limit"

    def on_basin(command: str) -> Setup:
        return lambda _client: basin.container.exec_run(["sh", "-c", command])

    default = {"live-restore": True}
    prove(
        lesson,
        "02.6",
        start=start,
        solution=both(start, lambda _client: basin.configure(default)),
        alternatives=[
            both(start, on_basin(f"sed -i /sed/d {PATH}")),
            both(start, on_basin(f"ln -sf /usr/sbin/runc {PATH}")),
        ],
        near_misses={
            "a restart": (both(start, lambda _client: basin.restart()), limit),
            "one container": (both(start, on_basin("docker update --memory 64m --memory-swap 64m $(docker ps -q)")), limit),
            "a flag for one": (
                both(start, on_basin(f"docker run -d --init --runtime runc --memory 64m {DEBIAN} sleep 1d")), limit,
            ),
            "the program removed": (both(start, on_basin(f"rm {PATH}")), limit),
            "written, not restarted": (both(start, lambda _client: daemon.write(basin.container, default)), limit),
        },
    )  # fmt: skip


def test_limits_in_words() -> None:
    assert in_words("max\n") == in_words("9223372036854771712") == "no limit"
    assert in_words("67108864\n") == "64 MiB"
    assert in_words("docker: Error") == "docker: Error"


def test_process_table() -> None:
    text = "1 0 init /sbin/init\n7 1 dockerd dockerd -H fd://\n9 1 containerd-shim shim -id a b\n12 9 sleep sleep 1d\n13 2 kworker [k]\n"
    table = processes.parse(text)
    assert [process.name for process in processes.ancestors(table, 12)] == [
        "sleep",
        "containerd-shim",
        "init",
    ]
    assert table[9].command == "shim -id a b"
    assert processes.ancestors(table, 99) == []


def test_daemons_in_other_containers_are_not_the_engines_own(lesson: LabellingClient) -> None:
    """The engine's host sees the processes in all containers: a nested dockerd, too."""
    container = run("dd-shown")(lesson)
    container.reload()  # type: ignore[attr-defined]
    pid = container.attrs["State"]["Pid"]  # type: ignore[attr-defined]
    text = f"1 0 init i\n2 1 dockerd d\n3 1 containerd-shim s\n4 3 dockerd d\n5 4 containerd-shim s\n6 1 containerd-shim s\n{pid} 6 sleep s\n"
    shown = processes.around(processes.parse(text), [container])  # type: ignore[list-item]
    container.remove(force=True)  # type: ignore[attr-defined]
    assert [process.pid for process in shown] == [1, 2, 6, pid]


def test_the_picture_shows_the_tree() -> None:
    known = [
        Process(1, 0, "init", "/sbin/init"),
        Process(7, 1, "dockerd", "dockerd"),
        Process(9, 1, "containerd-shim", "shim -namespace moby -id " + "a" * 64),
        Process(12, 9, "sleep", "sleep 1d"),
    ]
    [axes] = process_tree(known).axes
    places = {
        text.get_text(): text.get_position()
        for text in axes.texts
        if text.get_text() in ("init", "dockerd", "containerd-shim", "sleep")
    }
    assert [name for name, _place in sorted(places.items(), key=lambda item: item[1][1])] == [
        "init",
        "dockerd",
        "containerd-shim",
        "sleep",
    ]
    depth = {name: x for name, (x, _y) in places.items()}
    assert depth["init"] < depth["dockerd"] == depth["containerd-shim"] < depth["sleep"]
    assert not any("a" * 40 in text.get_text() for text in axes.texts)
