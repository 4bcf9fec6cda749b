"""The engine in an emulated machine, as somebody without any right uses it."""

from __future__ import annotations

import json
import re

import pytest

from tests.microvm.conftest import Learner
from tests.microvm.search import blocks, holds_key

pytestmark = pytest.mark.emulated


def test_who_uses_it_has_no_rights(settled: Learner) -> None:
    status = settled.run("print(Path('/proc/self/status').read_text())")
    for line in ("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"):
        assert line in status
    assert settled.run("client = connect('test'); print(client.engine.kind, client.ping())").endswith(
        "microvm True\n"
    )


def test_the_guest_is_a_second_platform(settled: Learner) -> None:
    info = json.loads(settled.run("print(json.dumps(connect('test', quiet=True).info()))"))
    assert info["CgroupVersion"] == "2"
    assert "name=apparmor" in info["SecurityOptions"]
    assert info["Driver"] == "overlayfs"


def test_one_waits_longer_where_instructions_are_translated(settled: Learner) -> None:
    said = settled.run("""
        from drydock import waiting
        connect("test", quiet=True)
        print(microvm.translated(), waiting.slowness > 1)
        """)
    translated, longer = said.split()
    assert translated == longer


def test_limits_are_read_from_cgroup_version_2(settled: Learner) -> None:
    """What lesson 06 reads; the private engine's host has version 1 in many places."""
    said = settled.run("""
        from drydock import cgroup
        limits = {"mem_limit": "64m", "nano_cpus": 500_000_000, "pids_limit": 50}
        box = connect("test", quiet=True).containers.run(IMAGE, ["sleep", "1d"], detach=True, **limits)
        read = cgroup.read(box)
        print(read.memory_limit, read.cpus, read.pids_limit, read.memory > 0, read.pids > 0)
        box.remove(force=True)
        """)
    assert said.split() == [str(64 << 20), "0.5", "50", "True", "True"]


def test_the_docker_command_shows_what_a_container_prints(settled: Learner) -> None:
    said = settled.run("""
        connect("test", quiet=True)
        run = ["docker", "run", "--rm", "--label", "dev.drydock.lesson=test"]
        print(subprocess.run([*run, IMAGE, "echo", "ahoy"], capture_output=True, text=True, env=environment()))
        """)
    assert "stdout='ahoy\\n'" in said, said


def test_the_docker_command_tells_apart_why_nothing_was_started(settled: Learner) -> None:
    """By the words of the runtime, which is another one here."""
    said = settled.run("""
        def code(*command):
            return subprocess.run(["docker", *command], env=environment(), capture_output=True).returncode
        client = connect("test", quiet=True)
        box = client.containers.run(IMAGE, ["sleep", "1d"], detach=True)
        for program in ("/etc/passwd", "/etc", "sailor", "/sailor"):
            ship = client.containers.create(IMAGE, program)
            seen = code("start", "-a", ship.id), code("run", "--rm", IMAGE, program), code("exec", box.id, program)
            ship.reload()
            print(*seen, ship.attrs["State"]["ExitCode"])
            ship.remove()
        box.remove(force=True)
        """)
    assert said.splitlines() == ["1 126 126 126", "1 126 126 126", "1 127 126 127", "1 127 126 127"]


def test_the_docker_command_goes_where_it_is_told(settled: Learner) -> None:
    """To a daemon that is not the machine's, and without the machine's certificates."""
    said = settled.run("""
        command = ["docker", "-H", "unix:///nowhere.sock", "version"]
        print(subprocess.run(command, env=environment(), capture_output=True, text=True).stderr)
        """)
    assert "Cannot connect to the Docker daemon at unix:///nowhere.sock" in said, said


def test_a_limit_is_changed_while_a_container_runs(settled: Learner) -> None:
    said = settled.run("""
        box = connect("test", quiet=True).containers.run(
            IMAGE, ["sleep", "1d"], detach=True, mem_limit="64m", memswap_limit="64m")
        box.update(mem_limit=32 << 20, memswap_limit=32 << 20)
        print(box.exec_run(["cat", "/sys/fs/cgroup/memory.max"]).output)
        box.remove(force=True)
        """)
    assert said == "b'33554432\\n'\n"


def test_apparmor_confines_a_container(settled: Learner) -> None:
    """What lesson 09 shows where the kernel has AppArmor: a mount is forbidden, whatever capabilities allow."""
    said = settled.run("""
        client = connect("test", quiet=True)
        rights = {"cap_add": ["SYS_ADMIN"], "remove": True}
        for profile in ("docker-default", "unconfined"):
            options = {**rights, "security_opt": ["seccomp=unconfined", f"apparmor={profile}"]}
            tell = "cat /proc/self/attr/current; mount -t tmpfs none /mnt 2>/dev/null && echo mounted || echo forbidden"
            print(client.containers.run(IMAGE, ["sh", "-c", tell], **options).decode(), end="")
        """)
    assert said.splitlines() == ["docker-default (enforce)", "forbidden", "unconfined", "mounted"]


def test_published_ports_reach_this_machine_and_go_with_the_container(settled: Learner) -> None:
    settled.run("""
        client = connect("test", quiet=True)
        def answer(port):
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=3).status == 200
            except OSError:
                return False
        for where in (None, ("127.0.0.1", None)):
            web = client.containers.run("python:3.13-slim", ["python", "-m", "http.server"], ports={"8000/tcp": where}, detach=True, init=True)
            web.reload()
            port = int(web.ports["8000/tcp"][0]["HostPort"])
            wait_until(lambda: answer(port), "an answer", 60)
            web.remove(force=True)
            try:
                socket.create_connection(("127.0.0.1", port), 1)
                raise SystemExit("the port is still open")
            except OSError:
                pass
        """)


def test_a_port_that_is_taken_here_is_an_error_of_the_start(settled: Learner) -> None:
    said = settled.run("""
        client = connect("test", quiet=True)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            box = client.containers.create(IMAGE, ["sleep", "9"], ports={"80/tcp": taken.getsockname()[1]})
            try:
                box.start()
            except docker.errors.APIError as error:
                print(error, *error.__notes__)
        box.remove(force=True)
        """)
    assert "Address already in use" in said
    assert "Hint: publish another port" in said


def test_bind_mounts_show_the_same_files_both_ways(settled: Learner) -> None:
    (settled.home / "here").write_text("from here\n")
    said = settled.run("""
        home = str(Path.home())
        client = connect("test", quiet=True)
        script = f"cat {home}/here; echo from there > {home}/there"
        print(client.containers.run(IMAGE, ["sh", "-c", script], volumes=[f"{home}:{home}"], remove=True).decode())
        """)
    assert "from here" in said
    assert (settled.home / "there").read_text() == "from there\n"
    assert (settled.home / "there").stat().st_uid == settled.user


def test_containers_reach_what_this_machine_reaches_and_not_its_loopback(settled: Learner) -> None:
    """pip needs the names, the certificates and the settings of this machine."""
    said = settled.run("""
        client = connect("test", quiet=True)
        pip = ["pip", "download", "--no-deps", "--quiet", "--disable-pip-version-check", "six"]
        box = client.containers.run("python:3.13-slim", [*pip, "--dest", "/tmp/got"], detach=True)
        print(box.wait()["StatusCode"], box.logs().decode())
        box.remove()
        server = socket.create_server(("127.0.0.1", 0))
        ask = f"import socket; socket.create_connection(('10.0.2.2', {server.getsockname()[1]}), 3)"
        box = client.containers.run("python:3.13-slim", ["python", "-c", ask], detach=True)
        print(box.wait()["StatusCode"], box.logs().decode())
        box.remove()
        """)
    assert said.startswith("0 ")
    assert "TimeoutError" in said


def test_the_docker_command_speaks_to_it(settled: Learner) -> None:
    said = settled.run("""
        for words in (["ps"], ["buildx", "version"], ["compose", "version"]):
            done = subprocess.run(["docker", *words], env=environment(), capture_output=True, text=True)
            print(done.returncode, done.stdout, done.stderr)
        """)
    assert re.findall(r"^\d", said, re.M) == ["0", "0", "0"], said


def test_another_user_of_this_machine_can_not_use_it(settled: Learner) -> None:
    port = settled.run("print(microvm.url())").strip().rpartition(":")[2]
    intruder = Learner(settled.home, settled.machine, settled.bundle, user=65533)
    said = intruder.run(
        f"""
        import ssl
        tls = Path({str(settled.home)!r}) / ".cache/drydock/machine/tls"
        try:
            print((tls / "key.pem").read_bytes())
        except PermissionError:
            print("may not read the key")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for wrap in (context.wrap_socket, lambda plain: plain):
            try:
                with socket.create_connection(("127.0.0.1", {port}), 10) as plain, wrap(plain) as line:
                    line.sendall(b"GET /_ping HTTP/1.0\\r\\nHost: docker\\r\\n\\r\\n")
                    print("answer:", line.recv(100))
            except OSError as error:
                print("refused:", type(error).__name__)
        """,
        HOME="/nonexistent",
    )
    assert "may not read the key" in said
    assert b"200" not in said.encode()
    assert said.count("refused:") + said.count("answer: b''") == 2, said


def test_nothing_that_is_handed_on_holds_a_key(settled: Learner) -> None:
    mine = settled.home / ".cache/drydock/machine/tls"
    assert {file.stat().st_mode & 0o777 for file in mine.iterdir()} == {0o600}
    assert holds_key(blocks(mine / "key.pem")), "the search finds a key where there is one"
    for file in settled.machine.rglob("*"):
        if file.is_file():
            assert not holds_key(blocks(file)), file


def test_a_clock_that_was_left_behind_comes_right(settled: Learner) -> None:
    """As after this machine was suspended for an hour."""
    said = settled.run("""
        client = connect("test", quiet=True)
        set_back = client.containers.run(IMAGE, ["date", "-s", "1 hour ago", "+%s"], cap_add=["SYS_TIME"], remove=True)
        def behind():
            return abs(time.time() - int(client.containers.run(IMAGE, ["date", "+%s"], remove=True)))
        print(time.time() - int(set_back) > 3000)
        wait_until(lambda: behind() < 5, "the right time", 60)
        """)
    assert said == "True\n"


def test_an_hour_is_an_hour_there_too(settled: Learner) -> None:
    said = settled.run("""
        client = connect("test", quiet=True)
        began = time.monotonic()
        client.containers.run(IMAGE, ["sleep", "20"], remove=True)
        print(time.monotonic() - began)
        """)
    assert 20 <= float(said) < 40
