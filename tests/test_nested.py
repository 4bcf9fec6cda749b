"""A Docker daemon in a container: start, refusals, bad settings, and what is left: nothing."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError

from drydock import images, nested
from drydock.client import LabellingClient
from drydock.errors import DrydockError
from drydock.nested import Nested, starting
from drydock.nested.tunnel import Tunnel
from drydock.waiting import wait_until
from tests.harness import ours

NAME = "dd-test-daemon"


@pytest.fixture(scope="module", autouse=True)
def image(client: LabellingClient) -> None:
    images.need(client, "debian:trixie-slim", starting.IMAGE)


@pytest.fixture(scope="module")
def yard(client: LabellingClient) -> Iterator[Nested]:
    """A daemon with the rights that are asked for one by one: what an engine that refuses privileged gives."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(starting, "RIGHTS", starting.RIGHTS[1:])
        started = nested.start(client, NAME, {"log-level": "error"})
    yield started
    started.remove()
    assert not [item for item in ours(client) if NAME in item]


def test_it_runs_containers_without_privileged(yard: Nested) -> None:
    assert not yard.container.attrs["HostConfig"]["Privileged"]
    assert yard.client.containers.list(all=True) == []
    yard.load("debian:trixie-slim")
    shown = yard.client.containers.run("debian:trixie-slim", ["hostname"], hostname="inner", remove=True)
    assert shown == b"inner\n"


def test_the_docker_command_speaks_to_it(yard: Nested) -> None:
    named = subprocess.run(
        ["docker", "-H", yard.url, "info", "--format", "{{.Name}}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert named.stdout.strip() == NAME


def test_only_this_user_reaches_it(yard: Nested) -> None:
    assert Path(yard.url.removeprefix("unix://")).parent.stat().st_mode & 0o777 == 0o700
    yard.container.reload()
    assert not any(yard.container.ports.values())


def test_bad_settings_say_what_the_daemon_said_and_can_be_mended(yard: Nested) -> None:
    with pytest.raises(DrydockError, match=r"does not answer\.\n.*nonsense.*\nHint: .*daemon\.json"):
        yard.configure({"nonsense": 1})
    with pytest.raises(DrydockError, match="does not answer"):
        nested.attach(yard.container.client, NAME)  # type: ignore[arg-type]
    yard.configure({"live-restore": True})
    assert yard.client.info()["LiveRestoreEnabled"]


def test_a_second_way_to_it_and_an_end_of_one(yard: Nested) -> None:
    second = nested.attach(yard.container.client, NAME)  # type: ignore[arg-type]
    assert second.client.ping()
    second.close()
    assert not Path(second.url.removeprefix("unix://")).exists()
    assert yard.client.ping()


def test_a_user_starts_one_more_daemon(yard: Nested) -> None:
    code, said = yard.container.exec_run(["daemon", "rootless"])
    assert code == 0, said
    ask = ["docker", "-H", "unix:///run/user/1000/docker.sock", "info", "--format", "{{.SecurityOptions}}"]
    assert b"name=rootless" in yard.container.exec_run(ask, user="sailor").output
    assert yard.container.exec_run(["pgrep", "-u", "sailor", "-x", "dockerd"]).exit_code == 0


def test_a_name_in_use_stays_what_it_was(client: LabellingClient, yard: Nested) -> None:
    with pytest.raises(APIError, match="already in use"):
        nested.start(client, NAME)
    assert yard.client.ping()
    assert len([item for item in ours(client) if item.startswith(f"volume {NAME}-data-")]) == 1


def test_what_an_interrupted_run_left_is_not_taken_over(client: LabellingClient) -> None:
    """The container has gone, and its volume has stayed: a new daemon of that name has nothing of the old one."""
    before = ours(client)
    first = nested.start(client, "dd-test-anew")
    first.client.volumes.create("dd-old-state")
    first.close()
    client.api.remove_container(first.container.id, force=True)
    [left] = ours(client) - before
    second = nested.start(client, "dd-test-anew")
    assert second.client.volumes.list() == []
    second.remove()
    assert ours(client) - before == {left}
    client.volumes.get(left.removeprefix("volume ")).remove()


def test_a_node_that_joins_slowly(client: LabellingClient) -> None:
    """dockerd stops waiting after 20 s, and goes on joining."""
    with contextlib.ExitStack() as ends:
        lan = client.networks.create("dd-test-slow")
        ends.callback(lan.remove)
        manager, worker = (
            nested.start(client, name, network="dd-test-slow") for name in ("dd-test-first", "dd-test-next")
        )
        for yard in (manager, worker):
            ends.callback(yard.remove)
        at = nested.address(manager, "dd-test-slow")
        manager.client.swarm.init(advertise_addr=at)
        token = manager.client.swarm.attrs["JoinTokens"]["Worker"]
        with pytest.raises(APIError, match="join token"):
            nested.enter(worker, at, "SWMTKN-1-nonsense", "dd-test-slow")
        manager.container.pause()
        later = threading.Timer(24, manager.container.unpause)
        later.start()
        ends.callback(later.join)
        nested.enter(worker, at, token, "dd-test-slow")
        assert later.is_alive(), "the manager was there already"
        later.join()  # nobody asks a daemon whose container is paused
        wait_until(lambda: len(manager.client.nodes.list()) == 2, "the second node is there", 60)


def test_nothing_to_attach_to(client: LabellingClient) -> None:
    with pytest.raises(DrydockError, match=r"no container dd-nobody.*\nNothing was changed"):
        nested.attach(client, "dd-nobody")


def test_rights_refused(client: LabellingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: tuple[dict[str, Any], ...] = ({"cap_add": ["NO_SUCH_RIGHT"]},) * 2
    monkeypatch.setattr(starting, "RIGHTS", refused)
    before = ours(client)
    with pytest.raises(DrydockError, match=r"refuses a container the rights.*(?i:no_such_right)"):
        nested.start(client, "dd-test-refused")
    assert ours(client) == before


def test_settings_that_the_daemon_refuses_leave_nothing(client: LabellingClient) -> None:
    before = ours(client)
    with pytest.raises(DrydockError, match=r"does not answer\.\n.*nonsense"):
        nested.start(client, "dd-test-settings", {"nonsense": 1})
    assert ours(client) == before


def test_an_exec_that_fails_is_tried_again(tmp_path: Path) -> None:
    """runc's exec fails now and then, and what it says comes where an answer is expected."""
    tunnel = Tunnel(SimpleNamespace(id="none", client=None))  # type: ignore[arg-type]
    failing = "echo x >> tries; [ $(wc -l < tries) -lt 3 ] && exec echo OCI runtime exec failed; echo there; exec cat"
    tunnel._command = ["sh", "-c", f"cd {tmp_path}; {failing}"]
    try:
        for tries in (3, 4):
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(tunnel.url.removeprefix("unix://"))
                connection.sendall(b"hello")
                connection.shutdown(socket.SHUT_WR)
                assert b"".join(iter(lambda: connection.recv(64), b"")) == b"hello"
            assert (tmp_path / "tries").read_text().count("x") == tries
    finally:
        tunnel.close()
