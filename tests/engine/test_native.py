"""The private engine: start, stop, kill, ports, and the machine's own settings."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import tarfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import APIError, BuildError

import drydock
from drydock import images
from drydock.client import LabellingClient, connect
from drydock.engine import lookup, native, paths, process, rootfs, settings, spreading
from drydock.waiting import wait_until
from tests.harness import BUSY

pytestmark = pytest.mark.alone

IMAGE = "debian:trixie-slim"
PYTHON = "python:3.13-slim"


def test_start_is_quick_and_stop_leaves_nothing(second_home: Path) -> None:
    native.start()
    native.stop()
    begun = time.monotonic()
    native.start()
    assert time.monotonic() - begun < 3 * BUSY
    socket_mode = paths.socket().stat().st_mode & 0o777
    assert socket_mode == 0o600
    pid = process.living(paths.state() / "pid")
    assert native.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert str(second_home) not in Path("/proc/self/mountinfo").read_text()
    assert not native.stop()


def test_ext4_spreads_layers_and_volumes(client: LabellingClient) -> None:
    for folder in spreading.FOLDERS:
        at = os.open(paths.state() / folder, os.O_RDONLY)
        try:
            found = spreading.flags(at)
        except OSError:
            pytest.skip("this file system has no such attributes")
        finally:
            os.close(at)
        assert found & spreading.TOP or "ext4" not in file_system(paths.state()), folder


def file_system(folder: Path) -> str:
    """Return the type of the file system that a folder is on, as the kernel calls it."""
    command = ["findmnt", "--noheadings", "--output=FSTYPE", "--target", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_killed_engine_is_repaired_and_loses_no_volume(second_home: Path, bundle: Path) -> None:
    engine = connect("test", engine="native", quiet=True)
    images.load(engine, bundle)
    keep = {"data": {"bind": "/data", "mode": "rw"}}
    engine.containers.run(IMAGE, ["sh", "-c", "echo kept >/data/file; sync"], volumes=keep)
    pid = process.living(paths.state() / "pid")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    # The kernel ends the whole PID namespace before its first process is gone.
    wait_until(lambda: process.living(paths.state() / "pid") is None, "the engine's end")
    again = connect("test", engine="native", quiet=True)
    assert again.containers.run(IMAGE, ["cat", "/data/file"], volumes=keep, remove=True) == b"kept\n"
    again.close()
    engine.close()


@pytest.mark.parametrize("service", ["dockerd", "containerd"])
def test_one_service_alone_killed_is_repaired(second_home: Path, service: str) -> None:
    native.start()
    pid = process.living(paths.state() / "pid")
    assert pid is not None
    (mine,) = [p for p in below(pid) if Path(f"/proc/{p}/comm").read_text().strip() == service]
    os.kill(mine, signal.SIGKILL)
    wait_until(lambda: not native.running(), "the engine's end")
    assert lookup.find("native").kind == "native"
    assert native.running()


def below(pid: int) -> list[int]:
    """Return the processes below one, all generations."""
    return [p for child in process.children(pid) for p in (child, *below(child))]


def test_a_full_disk_is_an_error_and_the_engine_goes_on(second_home: Path, bundle: Path) -> None:
    native.start()
    native.stop()
    disk = paths.state() / "data"
    subprocess.run(["rm", "-rf", str(disk)], check=True)
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(disk)], check=True)
    try:
        engine = connect("test", engine="native", quiet=True)
        images.load(engine, bundle)
        dockerfile = io.BytesIO(f"FROM {IMAGE}\nRUN dd if=/dev/zero of=/big bs=1M count=500\n".encode())
        with pytest.raises((BuildError, APIError), match=r"(?i)no space left|non-zero code"):
            engine.images.build(fileobj=dockerfile, rm=True, forcerm=True)
        assert engine.containers.run(IMAGE, ["echo", "on"], remove=True) == b"on\n"
        engine.close()
    finally:
        native.stop()
        subprocess.run(["umount", str(disk)], check=True)


def test_published_ports_reach_the_hosts_loopback(client: LabellingClient) -> None:
    web = client.containers.run(
        PYTHON, ["python", "-m", "http.server"], ports={"8000/tcp": None}, detach=True
    )
    try:
        web.reload()
        port = web.ports["8000/tcp"][0]["HostPort"]
        drydock.wait_until(
            lambda: "Serving" in web.logs().decode() or web.exec_run("true").exit_code == 0, "the server"
        )

        def answer() -> bool:
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=1).status == 200
            except OSError:
                return False

        assert drydock.wait_until(answer, "an answer", 10)
    finally:
        web.remove(force=True)
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(port)), 1)


def test_published_ports_reach_the_engines_loopback(client: LabellingClient) -> None:
    """There a push to a registry on 127.0.0.1 goes, as on any Docker Engine."""
    web = client.containers.run(
        PYTHON, ["python", "-m", "http.server"], ports={"8000/tcp": ("127.0.0.1", None)}, detach=True
    )
    try:
        web.reload()
        port = web.ports["8000/tcp"][0]["HostPort"]
        ask = f"import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:{port}').status)"

        def answer() -> bool:
            asked = client.containers.run(
                PYTHON, ["sh", "-c", f'python -c "{ask}" 2>&1 || true'], network_mode="host", remove=True
            )
            return bool(asked == b"200\n")

        assert drydock.wait_until(answer, "an answer", 10)
    finally:
        web.remove(force=True)


def test_a_port_or_name_in_use_says_what_to_do(client: LabellingClient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        box = client.containers.create(
            IMAGE, ["sleep", "9"], ports={"80/tcp": number}, name="drydock-test-name"
        )
        with pytest.raises(APIError) as port:
            box.start()
        with pytest.raises(APIError) as name:
            client.containers.create(IMAGE, name="drydock-test-name")
    box.remove(force=True)
    assert "Hint: publish another port" in port.value.__notes__[0]
    assert "Hint: choose another name" in name.value.__notes__[0]


def test_the_machines_settings_are_in_no_layer(client: LabellingClient, tmp_path: Path) -> None:
    settings.collect(tmp_path)
    dockerfile = io.BytesIO(f"FROM {PYTHON}\nRUN pip install --no-cache-dir six && touch /built\n".encode())
    image, _ = client.images.build(fileobj=dockerfile, rm=True)
    marks = [file.read_bytes()[-400:] for file in tmp_path.iterdir() if file.suffix in (".crt", ".conf")]
    for reference in (image.id, PYTHON, IMAGE):
        assert b"drydock/ca.crt" not in str(client.api.inspect_image(reference)).encode()
        with tarfile.open(fileobj=io.BytesIO(b"".join(client.api.get_image(reference)))) as archive:
            for member in archive:
                content = archive.extractfile(member)
                layer = content.read() if content else b""
                if layer[:2] == b"\x1f\x8b":
                    import gzip

                    layer = gzip.decompress(layer)
                assert not [mark for mark in marks if mark in layer], member.name
                assert b"dev/drydock" not in layer
    client.images.remove(image.id, force=True)


def test_exec_stays_in_the_container(client: LabellingClient) -> None:
    box = client.containers.run(IMAGE, ["sleep", "60"], detach=True, mem_limit="64m")
    name = f"/exec-{box.short_id}"
    assert box.exec_run(["touch", name]).exit_code == 0
    changed = [change["Path"] for change in box.diff() or []]
    host = Path(name).exists()
    limits = box.exec_run(
        ["sh", "-c", "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes"]
    ).output
    box.remove(force=True)
    Path(name).unlink(missing_ok=True)
    assert not host
    assert changed == [name]
    assert b"67108864" in limits


def started_with(env: dict[str, str], spec: dict[str, Any]) -> Any:
    """Return what becomes of an OCI runtime configuration in the engine where the machine's settings are `env`."""
    program = Path(settings.__file__).with_name("bundle.jq").read_text()
    jq = ["chroot", rootfs.engine(), "jq", "--argjson", "settings", json.dumps([env]), program]
    return json.loads(
        subprocess.run(jq, input=json.dumps(spec), capture_output=True, check=True, text=True).stdout
    )


def test_settings_leave_a_users_own_alone() -> None:
    largest = 2**64 - 1  # as a limit that is none
    spec: dict[str, Any] = {
        "process": {"env": ["PIP_CERT=/mine=x"], "rlimits": [{"hard": largest}]},
        "mounts": [{"destination": "/dev", "type": "tmpfs"}],
    }
    done = started_with({"PIP_CERT": "/theirs", "NO_PROXY": "x"}, spec)
    assert done["process"] == spec["process"] | {"env": ["PIP_CERT=/mine=x", "NO_PROXY=x"]}
    assert [mount["destination"] for mount in done["mounts"]] == ["/dev", "/dev/drydock"]


def test_settings_go_nowhere_where_dev_is_the_machines() -> None:
    bare = {"process": {"env": []}, "mounts": [{"destination": "/dev", "type": "bind"}]}
    assert started_with({"NO_PROXY": "x"}, bare) == bare


def test_a_process_that_is_added_gets_the_settings_too() -> None:
    """As the engine hands it over: no more than a process, in a container that has them."""
    added: dict[str, Any] = {"args": ["env"], "cwd": "/", "env": ["PIP_CERT=/mine=x"]}
    done = started_with({"PIP_CERT": "/theirs", "NO_PROXY": "x"}, added)
    assert done == added | {"env": ["PIP_CERT=/mine=x", "NO_PROXY=x"]}


def test_exec_sees_what_the_first_process_sees(client: LabellingClient) -> None:
    """With this machine's settings, whatever they are."""
    box = client.containers.run(IMAGE, ["sleep", "60"], detach=True)
    try:
        first = box.exec_run(["cat", "/proc/1/environ"]).output.split(b"\0")
        added = box.exec_run(["env"]).output.splitlines()
    finally:
        box.remove(force=True)
    assert sorted(filter(None, first)) == sorted(added)


def test_dockerd_is_told_of_the_network_by_something_smaller_than_itself() -> None:
    theirs = {"path": "/bin/theirs", "args": ["theirs", "libnetwork-setkey"]}
    dockerds = {
        "path": "/proc/177/exe",
        "args": ["libnetwork-setkey", "-exec-root=/run/docker", "id", "daemon"],
    }
    done = started_with({}, {"process": {}, "hooks": {"prestart": [theirs, dockerds]}})
    assert done["hooks"]["prestart"][0] == theirs
    assert done["hooks"]["prestart"][1]["args"][2:] == dockerds["args"][1:]
    assert done["hooks"]["prestart"][1]["path"] == "/usr/bin/perl"


def test_uv_gets_the_settings_that_pip_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrors = {
        "PIP_INDEX_URL": "https://mirror.example/simple",
        "PIP_EXTRA_INDEX_URL": "https://one.example/simple https://two.example/simple",
        "PIP_TRUSTED_HOST": "mirror.example",
    }
    for name, value in mirrors.items():
        monkeypatch.setenv(name, value)
    for name in settings.UV_KEYS.values():
        monkeypatch.delenv(name, raising=False)
    settings.collect(tmp_path)
    env = json.loads((tmp_path / "env.json").read_text())
    assert env["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert env["UV_INDEX"] == "https://one.example/simple https://two.example/simple"
    assert env["UV_INSECURE_HOST"] == "mirror.example"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://of-uv.example/simple")
    settings.collect(tmp_path)
    assert (
        json.loads((tmp_path / "env.json").read_text())["UV_DEFAULT_INDEX"] == "https://of-uv.example/simple"
    )


def test_client_is_a_docker_client(client: LabellingClient) -> None:
    assert isinstance(client, docker.DockerClient)
