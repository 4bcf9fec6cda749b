"""Lesson 07's tasks, each proved both ways; its picture, its helpers, the Swarm, and what Harbour has gained."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import APIError, NotFound

import drydock
from drydock import images, nested, project, session, topology
from drydock.checks.lesson07 import LOOKOUT, fleet, start_buoy, start_lantern, start_pier
from drydock.checks.lesson07.service import LISTENING, LOOPBACK
from drydock.client import LabellingClient, connect
from drydock.figures import topology as draw
from drydock.nested import Nested
from drydock.nested.daemon import LOG
from drydock.reach import GET, reach
from drydock.topology import Node, Topology, Wire
from tests.harness import BUSY, Setup, ours, prove, typed

DEBIAN, PYTHON, ENGINE = "debian:trixie-slim", "python:3.13-slim", "dd-engine"
STAY = ["sleep", "1d"]
SERVE = ["python", "-m", "http.server"]
LABEL = "--label dev.drydock.lesson=07"


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 07, as its exercise notebook has one."""
    connected = connect("07", quiet=True)
    images.need(connected, DEBIAN, PYTHON, ENGINE)
    yield connected
    connected.close()


def run(name: str, command: list[str] = STAY, image: str = PYTHON, **options: Any) -> Setup:
    return lambda client: client.containers.run(image, command, name=name, detach=True, **options)


def look(name: str, environment: dict[str, str] | None = None, **options: Any) -> Setup:
    """Run the lookout, as a learner does who prints LOOKOUT."""
    named = {"NAME": name.removeprefix("dd-"), **(environment or {})}
    return run(name, ["python", "-c", LOOKOUT], environment=named, **options)


def listens(name: str, port: int = 8000) -> Setup:
    """Wait until a container's program listens: a learner is slower than this test."""

    def wait(client: Any) -> None:
        number = f":{port:04X} "
        container = client.containers.get(name)
        drydock.wait_until(
            lambda: number in container.exec_run(["cat", "/proc/net/tcp"]).output.decode(), name
        )

    return wait


def terminal(*lines: str) -> Setup:
    return lambda _client: [typed(*shlex.split(line)) for line in lines]


def both(*setups: Setup) -> Setup:
    return lambda client: [setup(client) for setup in setups]


def net(name: str, **options: Any) -> Setup:
    return lambda client: client.networks.create(name, **options)


def join(network: str, *names: str, **options: Any) -> Setup:
    return lambda client: [client.networks.get(network).connect(name, **options) for name in names]


def leave(network: str, *names: str) -> Setup:
    return lambda client: [client.networks.get(network).disconnect(name) for name in names]


def remove(name: str) -> Setup:
    return lambda client: client.containers.get(name).remove(force=True)


def test_known_name(lesson: LabellingClient) -> None:
    office = run("dd-office", network="dd-harbour")
    begin, made = both(start_buoy, listens("dd-buoy")), net("dd-harbour")
    url = "http://dd-buoy:8000"
    new, own = f"what a new container on dd-harbour hears from {url}", f"what dd-office hears from {url}"

    def noted(client: Any) -> None:
        address = client.containers.get("dd-buoy").attrs["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]
        run("dd-office", network="dd-harbour", extra_hosts={"dd-buoy": address})(client)

    prove(
        lesson,
        "07.1",
        start=begin,
        solution=both(begin, made, join("dd-harbour", "dd-buoy"), office),
        alternatives=[
            both(
                terminal(
                    f"docker network create {LABEL} dd-harbour",
                    f"docker run -d {LABEL} --name dd-mark --network dd-harbour --network-alias dd-buoy "
                    f"-e NAME=buoy {PYTHON} python -c {shlex.quote(LOOKOUT)}",
                ),
                run("dd-buoy"),  # another container answers for the name
                office,
                listens("dd-mark"),
            ),
            both(made, look("dd-buoy", network="dd-harbour"), run("dd-office"), join("dd-harbour", "dd-office"), listens("dd-buoy")),
        ],
        near_misses={
            "the default network": (both(begin, run("dd-office")), "network dd-harbour"),
            "only the office": (both(begin, made, office), new),
            "a line in /etc/hosts": (both(begin, made, noted), new),
            "the office elsewhere": (both(begin, made, join("dd-harbour", "dd-buoy"), run("dd-office")), own),
        },
    )  # fmt: skip


def test_loopback_only(lesson: LabellingClient) -> None:
    def published(where: Any, command: list[str] = SERVE, wait: bool = True, **options: Any) -> Setup:
        ports = {"8000/tcp": where}
        begun = run("dd-signal", command, ports=ports, **options)
        return both(begun, listens("dd-signal")) if wait else begun

    bound = net("dd-own", options={"com.docker.network.bridge.host_binding_ipv4": "127.0.0.1"})
    port, here, elsewhere = (
        "port 8000 of dd-signal",
        "asked at 127.0.0.1, from this notebook",
        "asked at another address of the engine's host",
    )
    solution = f"docker run -d --name dd-signal {LABEL} -p 127.0.0.1::8000 {PYTHON} {' '.join(SERVE)}"
    prove(
        lesson,
        "07.2",
        solution=both(terminal(solution), listens("dd-signal")),
        alternatives=[both(bound, published(None, network="dd-own"))],
        near_misses={
            "for everybody": (published(None), elsewhere),
            "exposed": (both(terminal(solution.replace("-p 127.0.0.1::8000", "--expose 8000"))), port),
            "another port": (run("dd-signal", SERVE, ports={"80/tcp": ("127.0.0.1", None)}), port),
            "nobody listens": (published(("127.0.0.1", None), STAY, wait=False), here),
            "for itself": (published(("127.0.0.1", None), [*SERVE, "--bind", "127.0.0.1"]), here),
        },
    )  # fmt: skip


COMPOSE = f"""\
services:
  crane:
    image: {PYTHON}
    command: [python, -m, http.server]
    labels: {{dev.drydock.lesson: "07"}}
    networks: [quay]
networks:
  quay: {{name: dd-quay, labels: {{dev.drydock.lesson: "07"}}}}
"""


def test_shared_name(lesson: LabellingClient, tmp_path: Path) -> None:
    def crane(
        number: int, alias: str | None = "crane", command: list[str] = SERVE, network: str = "dd-quay"
    ) -> Setup:
        def start(client: Any) -> None:
            names = client.api.create_endpoint_config(aliases=[alias] if alias else None)
            run(f"dd-crane-{number}", command, network=network, networking_config={network: names})(client)

        return both(start, listens(f"dd-crane-{number}")) if command == SERVE else start  # fmt: skip

    def later(client: Any) -> None:
        both(run("dd-crane-1", SERVE), run("dd-crane-2", SERVE))(client)
        join("dd-quay", "dd-crane-1", "dd-crane-2", aliases=["crane"])(client)
        both(listens("dd-crane-1"), listens("dd-crane-2"))(client)

    (tmp_path / "compose.yaml").write_text(COMPOSE)
    composed = f"docker compose -p dd -f {tmp_path}/compose.yaml up -d --scale crane=2"
    quay, third = net("dd-quay"), run("dd-third", network="dd-quay", networking_config={"dd-quay": lesson.api.create_endpoint_config(aliases=["crane"])})  # fmt: skip
    names = "addresses of the name crane on dd-quay"
    prove(
        lesson,
        "07.3",
        solution=both(quay, crane(1), crane(2)),
        alternatives=[both(quay, later), both(terminal(composed), listens("dd-crane-1"), listens("dd-crane-2"))],
        near_misses={
            "one of them": (both(quay, crane(1), crane(2, None)), names),
            "on another network": (both(quay, net("dd-other"), crane(1), crane(2, network="dd-other")), names),
            "a third": (both(quay, crane(1), crane(2), third), names),
            "one has no server": (both(quay, crane(1), crane(2, command=STAY)), "port 8000 of dd-crane-2"),
        },
    )  # fmt: skip


def test_lantern(lesson: LabellingClient) -> None:
    def lit(inside: str, listen: str = "0.0.0.0", **options: Any) -> Setup:
        ports = {inside: ("127.0.0.1", None)}
        return both(look("dd-lantern", {"LISTEN": listen}, ports=ports, **options), listens("dd-lantern"))

    passes_on = (
        "import socket, threading, shutil\ngate = socket.create_server(('', 8001))\n"
        "def copy(a, b):\n    shutil.copyfileobj(a.makefile('rb', 0), b.makefile('wb', 0)); b.shutdown(socket.SHUT_WR)\n"
        "while True:\n    a = gate.accept()[0]; b = socket.create_connection(('127.0.0.1', 8000))\n"
        "    for pair in ((a, b), (b, a)): threading.Thread(target=copy, args=pair).start()\n"
    )

    def relay(client: Any) -> None:
        lit("8001/tcp", "127.0.0.1")(client)
        client.containers.get("dd-lantern").exec_run(["python", "-c", passes_on], detach=True)
        listens("dd-lantern", 8001)(client)

    other = both(run("dd-lantern", SERVE, ports={"8000/tcp": ("127.0.0.1", None)}), listens("dd-lantern"))
    on_80 = both(
        look("dd-lantern", {"PORT": "80"}, ports={"80/tcp": ("127.0.0.1", None)}), listens("dd-lantern", 80)
    )
    ports, where, answer = (
        "ports of dd-lantern that are published",
        "address on which the program listens",
        "the answer at the published port",
    )
    prove(
        lesson,
        "07.4",
        start=both(start_lantern, listens("dd-lantern")),
        solution=lit("8000/tcp"),
        alternatives=[on_80, relay],
        near_misses={
            "only the address": (lit("80/tcp"), ports),
            "only the port": (lit("8000/tcp", "127.0.0.1"), where),
            "another program": (other, answer),
            "the host's network": (both(look("dd-lantern", network_mode="host"), listens("dd-lantern")), ports),
        },
    )  # fmt: skip


def test_isolated(lesson: LabellingClient) -> None:
    begin = both(start_pier, listens("dd-web"), listens("dd-api"), listens("dd-db", 5432))

    def api(behind: str, network: str = "dd-pier") -> Setup:
        anew = look("dd-api", {"BEHIND": behind}, network=network)
        return both(remove("dd-api"), anew, listens("dd-api"))

    # The database joins the namespace of its one user, as a sidecar does.
    beside = look("dd-db", {"PORT": "5432", "LISTEN": "127.0.0.1"}, network_mode="container:dd-api")
    inner, moved = net("dd-inner"), both(join("dd-inner", "dd-db"), leave("dd-pier", "dd-db"))
    repaired = api("http://dd-db:5432")
    address = "172.30.199.5"
    by_address = both(
        net("dd-inner", ipam=docker.types.IPAMConfig(pool_configs=[docker.types.IPAMPool(subnet="172.30.199.0/24")])),
        join("dd-inner", "dd-db", ipv4_address=address), leave("dd-pier", "dd-db"),
        api(f"http://{address}:5432"), join("dd-inner", "dd-api"),
    )  # fmt: skip
    chain = "what dd-web answers"
    db, web = (
        f"{a}, asked from {b} by name and by each address"
        for a, b in (("dd-db", "dd-web"), ("dd-web", "dd-db"))
    )
    prove(
        lesson,
        "07.5",
        start=begin,
        solution=both(begin, inner, moved, repaired, join("dd-inner", "dd-api")),
        alternatives=[both(begin, by_address)],
        near_misses={
            "one network": (both(begin, repaired), db),
            "localhost still": (both(begin, inner, moved, join("dd-inner", "dd-api")), chain),
            "the web on both": (both(begin, inner, moved, repaired, join("dd-inner", "dd-api", "dd-web")), db),
            "beside the api": (both(begin, remove("dd-db"), beside, listens("dd-db", 5432)), web),
        },
    )  # fmt: skip


def test_no_way_out(lesson: LabellingClient) -> None:
    def vault(command: list[str] = SERVE, **options: Any) -> Setup:
        begun = run("dd-vault", command, **options)
        return both(begun, listens("dd-vault")) if command == SERVE else begun

    def without_route(client: Any) -> None:
        both(net("dd-cellar"), vault(network="dd-cellar"))(client)
        client.containers.run(
            ENGINE, ["ip", "route", "del", "default"], network_mode="container:dd-vault", cap_add=["NET_ADMIN"], remove=True
        )  # fmt: skip

    inner, there = net("dd-cellar", internal=True), {"network": "dd-cellar"}
    reached, route = (
        "dd-vault, asked from a new container on dd-cellar",
        "route from dd-vault to an address outside",
    )
    prove(
        lesson,
        "07.6",
        solution=both(inner, vault(**there)),
        alternatives=[without_route],
        near_misses={
            "an ordinary network": (both(net("dd-cellar"), vault(**there)), route),
            "no network": (both(inner, vault(network_mode="none")), reached),
            "a second network": (both(inner, net("dd-hatch"), vault(network="dd-hatch"), join("dd-cellar", "dd-vault")), route),
            "no name server": (both(net("dd-cellar"), vault(dns=["127.0.0.1"], **there)), route),
            "nobody listens": (both(inner, vault(STAY, **there)), reached),
        },
    )  # fmt: skip


@pytest.fixture(scope="module")
def ships(lesson: LabellingClient) -> Iterator[list[Nested]]:
    """The two engines of task 07.7, started once: under another session's label, as the harness wants none of ours before a case."""
    elsewhere = connect("07", quiet=True)
    elsewhere.api.labels = {**elsewhere.api.labels, session.SESSION: "elsewhere"}
    swarm, known = elsewhere.info()["Swarm"], names_of_networks(elsewhere)
    begin = time.monotonic()
    started = fleet.form_fleet(elsewhere)
    took = time.monotonic() - begin
    fleet.load(started)
    assert took < 15 * BUSY, f"the Swarm was ready after {took:.1f} s"
    yield started
    for engine in started:
        engine.remove()
    elsewhere.networks.get(fleet.LAN).remove()
    # The engine that they run on took no part: no Swarm, no docker_gwbridge, no ingress.
    assert (elsewhere.info()["Swarm"], names_of_networks(elsewhere)) == (swarm, known)
    elsewhere.close()


def names_of_networks(client: Any) -> set[str]:
    """Return the networks that an engine has, but for those of ours."""
    return {
        network.name
        for network in client.networks.list()
        if session.LESSON not in (network.attrs["Labels"] or {})
    }


def test_two_engines(lesson: LabellingClient, ships: list[Nested]) -> None:
    flagship = ships[0]

    def empty(client: Any) -> None:
        drydock.clean(client)
        for service in flagship.client.services.list():
            service.remove()
        for engine in ships:
            for container in engine.client.containers.list(all=True, ignore_removed=True):
                with contextlib.suppress(
                    NotFound
                ):  # the Swarm removes them, too, but waits for their programs
                    engine.client.api.remove_container(container.id, force=True)
        for network in flagship.client.networks.list(names=["dd-sea"]):
            network.remove()
        drydock.wait_until(
            lambda: not any(e.client.networks.list(names=["dd-sea"]) for e in ships), "no network"
        )

    def sea(driver: str = "overlay") -> Setup:
        return lambda _client: flagship.client.networks.create("dd-sea", driver=driver)

    def beacon(command: list[str] = SERVE, network: str | None = "dd-sea", **options: Any) -> Setup:
        def create(_client: Any) -> None:
            service = flagship.client.services.create(
                PYTHON, command, name="dd-beacon", networks=[network] if network else [],
                **{"mode": docker.types.ServiceMode("replicated", 2), **options},
            )  # fmt: skip
            drydock.wait_until(
                lambda: [t["Status"]["State"] for t in service.tasks()].count("running") == 2, "copies"
            )
            for engine in ships:
                for member in fleet._members(engine):
                    if command == SERVE:
                        listens(str(member.name))(engine.client)

        return create

    by_hand = both(
        terminal(
            f"docker -H {flagship.url} network create -d overlay dd-sea",
            f"docker -H {flagship.url} service create -q --no-resolve-image --mode global --endpoint-mode dnsrr "
            f"--network dd-sea --name dd-beacon {PYTHON} {' '.join(SERVE)}",
        ),
        lambda _client: [drydock.wait_until(lambda e=e: fleet._members(e), "a copy") for e in ships],  # type: ignore[misc]
        lambda _client: [listens(str(fleet._members(engine)[0].name))(engine.client) for engine in ships],
    )
    one_node = {"constraints": ["node.role == manager"]}
    driver, copies, asked = (
        "driver of the network dd-sea on dd-flagship",
        "running containers of the service dd-beacon",
        "port 8000 at each address, asked on dd-flagship",
    )
    prove(
        lesson,
        "07.7",
        solution=both(sea(), beacon()),
        alternatives=[by_hand],
        near_misses={
            "a bridge": (sea("bridge"), driver),
            "both on one node": (both(sea(), beacon(**one_node)), copies),
            "no network": (both(sea(), beacon(network=None)), "addresses of tasks.dd-beacon, asked on dd-flagship"),
            "nobody listens": (both(sea(), beacon(["sleep", "1d"])), asked),
        },
        clean=empty,
    )  # fmt: skip
    # The copies started from what was loaded: no engine has asked a registry, which would take its time or fail.
    for engine in ships:
        assert engine.container.exec_run(["grep", "-i", "pulling image", LOG]).exit_code == 1


def test_a_swarm_of_the_learners_own_stays_as_it_is(lesson: LabellingClient, ships: list[Nested]) -> None:
    """The engine of a learner who has a Swarm is the consort here: a member already, with a network of its own."""
    learner = connect("07", engine=ships[1].url, quiet=True)
    images_there = {tag for image in learner.images.list() for tag in image.tags}
    if ENGINE not in images_there:
        ships[1].load(ENGINE)
    before, known = learner.info()["Swarm"], names_of_networks(learner)
    assert before["LocalNodeState"] == "active"
    with pytest.raises(APIError, match="already part of a swarm") as refused:
        learner.swarm.init()
    assert "Hint: the lesson's Swarm is made of engines of its own" in refused.value.__notes__[0]
    lan = learner.networks.create("dd-inner-lan")
    [one] = nested.swarm(learner, "dd-one", network=lan)
    assert one.client.info()["Swarm"]["Cluster"]["ID"] != ships[0].client.info()["Swarm"]["Cluster"]["ID"]
    one.remove()
    lan.remove()
    assert (learner.info()["Swarm"], names_of_networks(learner)) == (before, known)
    learner.close()


def test_a_swarm_that_fails_leaves_nothing(lesson: LabellingClient) -> None:
    run("dd-taken")(lesson)
    lan = lesson.networks.create("dd-lan")
    before = ours(lesson)
    with pytest.raises(APIError, match="already in use"):
        nested.swarm(lesson, "dd-free", "dd-taken", network=lan)
    assert ours(lesson) == before
    drydock.clean(lesson)


def pool(subnet: str) -> docker.types.IPAMConfig:
    return docker.types.IPAMConfig(pool_configs=[docker.types.IPAMPool(subnet=subnet)])


def test_bad_input_is_explained_and_nothing_is_lost(lesson: LabellingClient) -> None:
    first = lesson.networks.create("dd-first", ipam=pool("172.30.198.0/24"))
    with pytest.raises(APIError, match=r"(?i)pool overlaps") as taken:
        lesson.networks.create("dd-second", ipam=pool("172.30.198.0/25"))
    with pytest.raises(APIError, match="already exists") as named:
        lesson.networks.create("dd-first")
    server = lesson.containers.run(PYTHON, SERVE, detach=True, ports={"8000/tcp": ("127.0.0.1", None)})
    server.reload()
    port = int(server.ports["8000/tcp"][0]["HostPort"])
    with pytest.raises(APIError, match="already") as busy:
        lesson.containers.run(
            PYTHON, SERVE, name="dd-late", detach=True, ports={"8000/tcp": ("127.0.0.1", port)}
        )
    for error, hint in (
        (taken, "choose another range"),
        (named, "choose another name"),
        (busy, "publish another port"),
    ):
        assert (
            error.value.__notes__[0].startswith("State now: ") and f"Hint: {hint}" in error.value.__notes__[0]
        )
    assert not lesson.networks.list(names=["dd-second"])
    first.reload()
    server.reload()
    assert first.attrs["IPAM"]["Config"][0]["Subnet"] == "172.30.198.0/24" and server.status == "running"
    drydock.clean(lesson)


def test_reach_says_how_it_went(lesson: LabellingClient) -> None:
    lone = lesson.containers.run(PYTHON, SERVE, detach=True, network_mode="none")
    drydock.wait_until(lambda: reach(lone, "127.0.0.1") == "reached", "it listens")
    assert reach(lone, "127.0.0.1", 8001) == "refused"
    assert reach(lone, "192.0.2.1", 9) == "no route"
    assert reach(lone, "dd-nobody") == "unknown name"
    asked = bytes(lone.exec_run(["python", "-c", GET, "http://127.0.0.1:8001"]).output)  # type: ignore[arg-type]
    assert b"refused" in asked
    drydock.clean(lesson)


def test_listening_sockets() -> None:
    text = (
        "   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000\n"
        "   1: 00000000:0050 00000000:0000 0A 00000000:00000000\n"
        "   2: 0100007F:1F40 0100007F:9C40 01 00000000:00000000\n"
        "   0: 00000000000000000000000001000000:1F41 00000000000000000000000000000000:0000 0A 0:0\n"
    )
    found = LISTENING.findall(text)
    assert [int(port, 16) for _address, port in found] == [8000, 80, 8001]
    assert [bool(LOOPBACK.fullmatch(address)) for address, _port in found] == [True, False, True]


def test_the_topology_of_the_live_engine(lesson: LabellingClient) -> None:
    front, back = lesson.networks.create("dd-front"), lesson.networks.create("dd-back", internal=True)
    run("dd-web", ports={"80/tcp": ("127.0.0.1", None)}, network="dd-front")(lesson)
    run("dd-api", network="dd-front")(lesson)
    back.connect("dd-api")
    seen = topology.read([front, back])
    assert [(wire.name, wire.driver, wire.internal) for wire in seen.networks] == [
        ("dd-front", "bridge", False),
        ("dd-back", "bridge", True),
    ]
    api, web = seen.containers
    assert (api.name, sorted(api.addresses), api.published) == ("dd-api", ["dd-back", "dd-front"], ())
    assert web.published[0].startswith("127.0.0.1:") and web.published[0].endswith("80/tcp")
    assert str(seen).splitlines()[0] == "dd-api: dd-front, dd-back"
    lesson.containers.get("dd-web").remove(force=True)
    assert [node.name for node in topology.read([front, back]).containers] == ["dd-api"]
    drydock.clean(lesson)


def test_the_picture_shows_the_topology() -> None:
    wires = (Wire("front", "bridge", "10.1.0.0/24", False), Wire("back", "bridge", "10.2.0.0/24", True))
    nodes = (
        Node("api", {"front": "10.1.0.2", "back": "10.2.0.2"}),
        Node("web", {"front": "10.1.0.3"}, ("127.0.0.1:80 → 80/tcp",)),
    )
    [axes] = draw(Topology(wires, nodes)).axes
    texts = {text.get_text(): text.get_position() for text in axes.texts}
    assert {"api", "web", "10.1.0.2", "10.2.0.2", "10.1.0.3", "127.0.0.1:80 → 80/tcp"} <= set(texts)
    assert "back\n10.2.0.0/24\nbridge, internal" in texts
    dots = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if line.get_marker() == "o"]  # type: ignore[index]
    assert dots == [(1, 0), (1, 1), (2, 0)]
    assert [line.get_linestyle() for line in axes.lines if line.get_linewidth() == 3] == ["-", "--"]


def test_the_project_keeps_its_promises(tmp_path: Path) -> None:
    for name in ("lookout.py", "tests/test_lookout.py"):
        shutil.copy(project.TEMPLATE / "07" / name, tmp_path)
    command = [
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ".",
        "-c",
        "/dev/null",
        "test_lookout.py",
    ]
    done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True)
    assert "4 passed" in done.stdout, done.stdout + done.stderr
