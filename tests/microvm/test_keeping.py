"""What outlives a stop, a kill and a state that can't be used."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import pytest

from drydock.engine.microvm import saved
from tests.harness import BUSY, typed
from tests.microvm.conftest import Learner

pytestmark = pytest.mark.emulated
RESTORE, RUN = 5.0, 6.0  # s, under translation on a machine that does nothing else; under KVM far less


@pytest.mark.alone  # as it measures
def test_it_is_there_within_seconds_and_runs_containers(learner: Learner) -> None:
    seconds = learner.run("""
        begun = time.monotonic()
        microvm.start()
        print(time.monotonic() - begun)
        client = connect("test", quiet=True)
        images.load(client, Path(os.environ["BUNDLE"]))
        client.containers.run(IMAGE, ["true"], remove=True)
        for _ in range(5):
            begun = time.monotonic()
            client.containers.run(IMAGE, ["true"], remove=True)
            print(time.monotonic() - begun)
        """).split()
    start, *runs = map(float, seconds)
    assert start < RESTORE * BUSY, seconds
    assert statistics.median(runs) < RUN * BUSY, seconds


def test_a_stop_saves_what_runs_and_the_next_start_goes_on(learner: Learner) -> None:
    learner.run("""
        client = connect("test", quiet=True)
        images.load(client, Path(os.environ["BUNDLE"]))
        keep = ["sh", "-c", "echo kept > /data/file; while :; do sleep 1; date +%s > /data/new; mv /data/new /data/now; done"]
        client.containers.run(IMAGE, keep, name="stays", volumes=["stays:/data"], ports={"80/tcp": 0}, detach=True)
        home = str(Path.home())
        client.containers.run(IMAGE, ["sleep", "1d"], name="mounted", volumes=[f"{home}:/mnt"], detach=True)
        print(microvm.stop(), microvm.running())
        """)
    said = learner.run("""
        assert (paths.machine() / "saved.json").exists()
        client = connect("test", quiet=True)
        stays, mounted = client.containers.get("stays"), client.containers.get("mounted")
        print(stays.status, mounted.status, stays.attrs["RestartCount"])
        print(stays.exec_run("cat /data/file").output.decode(), mounted.exec_run("ls -d /mnt/.cache").output.decode())
        port = int(stays.ports["80/tcp"][0]["HostPort"])
        socket.create_connection(("127.0.0.1", port), 3).close()
        assert abs(time.time() - int(stays.exec_run("cat /data/now").output or 0)) < 10
        assert not (paths.machine() / "saved.json").exists()
        """)
    assert said.split() == ["running", "running", "0", "kept", "/mnt/.cache"]


def test_a_killed_machine_loses_no_committed_row(learner: Learner) -> None:
    """It starts from its disk, never from an older state."""
    told = learner.run("""
        client = connect("test", quiet=True)
        images.load(client, Path(os.environ["BUNDLE"]))
        write = "n=0; while :; do n=$((n + 1)); echo $n >> /data/rows; sync /data/rows; echo $n; done"
        box = client.containers.run(IMAGE, ["sh", "-c", write], name="writer", volumes=["rows:/data"], detach=True)
        wait_until(lambda: len(box.logs().split()) > 5, "some rows", 120)
        print(len(box.logs().split()))
        quit_qemu()
        """)
    said = learner.run("""
        microvm.start()
        client = connect("test", quiet=True)
        assert client.containers.get("writer").status == "exited"
        count = ["sh", "-c", "wc -l < /data/rows"]
        rows = int(client.containers.run(IMAGE, count, volumes=["rows:/data"], remove=True))
        print(rows)
        """)
    assert int(said) >= int(told) > 5


def test_a_state_of_another_qemu_is_not_used(learner: Learner) -> None:
    done = learner.attempt("""
        laying.prepare(paths.machine(), Path(os.environ["DRYDOCK_MACHINE"]))
        state = saved.read(paths.machine())
        state.identity["qemu"] = "of another time"
        saved.write(paths.machine(), state)
        print(connect("test", quiet=True).ping(), microvm.stop())
        """)
    assert done.stdout == "True True\n", done.stderr
    what = "the saved state is of another version of QEMU"
    assert f"Starting the emulated machine from its disk, as {what}" in done.stderr
    pointer = json.loads((learner.home / ".cache/drydock/machine/saved.json").read_text())
    assert pointer["identity"]["qemu"] != "of another time"


@pytest.mark.parametrize("key", saved.NAMES)
def test_a_state_is_bound_to_all_that_it_was_saved_with(key: str) -> None:
    here = dict.fromkeys(saved.NAMES, "this")
    assert saved.differs(saved.Saved(Path("state"), here), here) is None
    assert saved.differs(saved.Saved(Path("state"), {**here, key: "other"}), here) == saved.NAMES[key]
    assert saved.differs(saved.Saved(Path("state"), {}), here) is not None


def test_a_damaged_state_is_not_used(learner: Learner) -> None:
    done = learner.attempt("""
        laying.prepare(paths.machine(), Path(os.environ["DRYDOCK_MACHINE"]))
        state = saved.read(paths.machine())
        (paths.machine() / "state").write_bytes(state.stream.read_bytes()[:1 << 26])
        state.stream = Path("state")
        saved.write(paths.machine(), state)
        print(connect("test", quiet=True).ping())
        """)
    assert done.stdout == "True\n", done.stderr
    assert "from its disk, as the saved state could not be used" in done.stderr


def test_a_full_disk_stops_the_machine_until_there_is_space(learner: Learner) -> None:
    """What is in it waits, and who asks is told why; nothing is lost."""
    whose = f"uid={learner.user},gid={learner.user}"
    typed("mount", "-t", "tmpfs", "-o", f"size=240m,{whose}", "tmpfs", str(learner.home))
    try:
        said = learner.run("""
            client = connect("test", quiet=True)
            images.load(client, Path(os.environ["BUNDLE"]))
            volumes = {"data": {"bind": "/data"}}
            fill = "echo kept > /data/row; sync; yes 'all is well on the quay' | head -c 280000000 > /data/more; sync"
            client.containers.run(IMAGE, ["sh", "-c", fill], name="filling", volumes=volumes, detach=True)
            wait_until(lambda: status.read()["phase"] == "full", "the machine's stop")
            try:
                connect("test", quiet=True)
            except EngineUnavailableError as error:
                print(error)
            """)
        assert (
            "The disk is full, and the emulated machine waits" in said and "Hint: free some space" in said
        ), said
        typed("mount", "-o", "remount,size=1500m", str(learner.home))
        said = learner.run("""
            def answers():
                try:
                    return connect("test", quiet=True)
                except EngineUnavailableError:
                    return None
            client = wait_until(answers, "the machine goes on", 30)
            print(client.containers.get("filling").wait())
            volumes = {"data": {"bind": "/data"}}
            print(client.containers.run(IMAGE, ["sh", "-c", "cat /data/row; stat -c %s /data/more"], volumes=volumes, remove=True))
            """)
        assert "'StatusCode': 0" in said and r"b'kept\n280000000\n'" in said, said
    finally:
        learner.attempt("microvm.end()")
        typed("umount", str(learner.home))


def test_an_interrupted_restore_is_begun_again(learner: Learner) -> None:
    said = learner.run("""
        import threading
        def interrupt():
            wait_until(lambda: status.read().get("phase") == "restoring", "the restore")
            os.kill(process.living(paths.machine() / "keeper.pid"), 9)
        threading.Thread(target=interrupt).start()
        try:
            microvm.start()
        except drydock.DrydockError as error:
            print(error.what)
        print(connect("test", quiet=True).ping(), process.living(paths.machine() / "qemu.pid") is not None)
        """)
    assert said == "The engine in an emulated machine did not start.\nTrue True\n"


def test_two_notebooks_start_one_machine(learner: Learner) -> None:
    said = learner.run("""
        begin = [sys.executable, "-c", "from drydock.engine import microvm; microvm.start(); print(microvm.url())"]
        both = [subprocess.Popen(begin, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        print(*(one.communicate()[0] for one in both))
        """)
    first, second = said.split()
    assert first == second


def test_a_port_of_the_api_that_was_taken_meanwhile(learner: Learner) -> None:
    said = learner.run("""
        microvm.start()
        before = int(microvm.url().rpartition(":")[2])
        microvm.stop()
        with socket.create_server(("127.0.0.1", before)):
            print(connect("test", quiet=True).ping(), int(microvm.url().rpartition(":")[2]) != before)
        """)
    assert said == "True True\n"


def test_without_qemu_its_package_is_named(learner: Learner) -> None:
    done = learner.attempt("connect('test')", PATH="/nonexistent")
    assert "can't be started here: QEMU is not installed.\n" in done.stderr
    assert "Hint: install the packages qemu-system-x86 qemu-utils;" in done.stderr
    done = learner.attempt("connect('test')", PATH="/nonexistent", DRYDOCK_ENGINE="")
    assert "QEMU is not installed" in done.stderr
    assert "Hint: install the packages qemu-system-x86 qemu-utils;" in done.stderr
