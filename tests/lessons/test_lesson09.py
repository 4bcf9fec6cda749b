"""Lesson 09's tasks, each proved both ways; what they look with; and that its hostile cells are safe."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docker.models.images import Image
from docker.types import Mount

from drydock import images, intruder, privileges, project, scanning, session
from drydock.checks.lesson09 import BOMB, PILOT, cashier, start_cashier, start_freight, start_harbour
from drydock.checks.lesson09.harbour import DOCKERFILE
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.figures import hardening
from drydock.scanning.service import affecting
from drydock.waiting import wait_until
from tests.harness import Setup, prove, typed

DEBIAN, PYTHON = "debian:trixie-slim", "python:3.13-slim"
STAY = ["sleep", "1d"]
LABEL = "--label dev.drydock.lesson=09"


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 09, as its exercise notebook has one."""
    connected = connect("09", quiet=True)
    images.need(connected, DEBIAN, PYTHON)
    yield connected
    connected.close()


@pytest.fixture
def harbour() -> Iterator[Path]:
    """The learner's copy of the project."""
    folder = paths.work() / "exercise-09"
    shutil.rmtree(folder, ignore_errors=True)
    yield project.checkout("exercise-09")
    shutil.rmtree(folder)


def run(name: str, command: list[str] | None = STAY, image: str = DEBIAN, **options: Any) -> Setup:
    return lambda client: client.containers.run(image, command, name=name, detach=True, **options)


def ended(name: str, command: list[str], image: str = DEBIAN, **options: Any) -> Setup:
    return lambda client: run(name, command, image, **options)(client).wait()  # type: ignore[attr-defined]


def both(*setups: Setup) -> Setup:
    return lambda client: [setup(client) for setup in setups]


def terminal(line: str) -> Setup:
    return lambda _client: typed(*shlex.split(line))


def test_no_right_too_many(lesson: LabellingClient) -> None:
    def pilot(
        drop: list[str], add: list[str] | None = None, command: list[str] | None = None, **more: Any
    ) -> Setup:
        program = command or ["python", "-c", PILOT]
        return run("dd-pilot", program, PYTHON, cap_drop=drop, cap_add=add, **more)

    needed = ["SYS_CHROOT", "SETGID", "SETUID"]
    others = sorted(privileges.names(0xA80425FB) - set(needed))
    bounded = ["setpriv", "--bounding-set", "-all,+sys_chroot,+setgid,+setuid", "python", "-c", PILOT]
    extra = "capabilities in the bounding set of dd-pilot that it does not need"
    prove(
        lesson,
        "09.1",
        solution=pilot(["ALL"], needed),
        alternatives=[pilot([], command=bounded), pilot(others)],
        near_misses={
            "the usual ones": (pilot([]), extra),
            "one too many": (pilot(["ALL"], [*needed, "CHOWN"]), extra),
            "one too few": (ended("dd-pilot", ["python", "-c", PILOT], PYTHON, cap_drop=["ALL"], cap_add=needed[1:]), "state of container dd-pilot"),
            "another program": (pilot(["ALL"], needed, STAY), "the program of dd-pilot"),
            "begun as the user": (run("dd-pilot", ["sh", "-c", "echo on the bridge as user 10001; sleep 1d"], PYTHON, user="10002", cap_drop=["ALL"]), "the program of dd-pilot"),
        },
    )  # fmt: skip


def test_locked(lesson: LabellingClient) -> None:
    base = {"user": "10001", "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"], "read_only": True, "tmpfs": {"/tmp": ""}}  # fmt: skip

    def but(**other: Any) -> Setup:
        return run("dd-locked", **{**base, **other})

    inside = ["setpriv", "--no-new-privs", *STAY]
    volume = {"dd-hold": {"bind": "/tmp"}}
    prove(
        lesson,
        "09.2",
        solution=terminal(f"docker run -d --name dd-locked {LABEL} --user 10001 --cap-drop ALL --security-opt no-new-privileges --read-only --tmpfs /tmp {DEBIAN} sleep 1d"),
        alternatives=[
            run("dd-locked", inside, **{**base, "security_opt": []}),
            both(lambda client: client.volumes.create("dd-hold"), but(tmpfs=None, volumes=volume)),
        ],
        near_misses={
            "root": (but(user="0"), "user of process 1 in dd-locked"),
            "the usual bounding set": (but(cap_drop=None), "capabilities that process 1 can ever have"),
            "setuid programs work": (but(security_opt=[]), "NoNewPrivs of process 1"),
            "only not root": (but(read_only=False), "root file system of dd-locked"),
            "no place to write": (but(tmpfs=None), "/tmp, for the user of dd-locked"),
        },
    )  # fmt: skip


def test_bomb(lesson: LabellingClient) -> None:
    command = ["python", "-c", BOMB]
    limits = {"pids_limit": 24, "mem_limit": "256m", "memswap_limit": "256m", "nano_cpus": 250_000_000}

    def later(client: Any) -> None:
        """The limit comes after the start, by `docker update`'s call, and the bomb is a second process."""
        box = run("dd-bomb", STAY, PYTHON, **{**limits, "pids_limit": None})(client)
        client.api._post_json(client.api._url("/containers/{0}/update", box.id), data={"PidsLimit": 24})  # type: ignore[attr-defined]
        box.exec_run(command, detach=True)  # type: ignore[attr-defined]

    limit, count = "limit of processes in dd-bomb", "processes in dd-bomb"
    prove(
        lesson,
        "09.3",
        solution=run("dd-bomb", command, PYTHON, **limits),
        alternatives=[later],
        near_misses={
            "stays off": (ended("dd-bomb", command, PYTHON, mem_limit="256m"), "state of container dd-bomb"),
            "many": (run("dd-bomb", command, PYTHON, **{**limits, "pids_limit": 80}), limit),
            "no bomb": (run("dd-bomb", STAY, PYTHON, **limits), count),
            "all the memory": (run("dd-bomb", command, PYTHON, pids_limit=24, nano_cpus=250_000_000), "memory limit of dd-bomb"),
        },
    )  # fmt: skip


def profile_of(harbour: Path, *without: str, **other: Any) -> list[str]:
    """Return a security option: Harbour's profile without some calls, or with another default."""
    profile = {**json.loads((harbour / "seccomp.json").read_text()), **other}
    for rule in profile["syscalls"]:
        rule["names"] = [name for name in rule["names"] if name not in without]
    profile["syscalls"] = [rule for rule in profile["syscalls"] if rule["names"]]
    return [f"seccomp={json.dumps(profile)}"]


def test_profile(lesson: LabellingClient, harbour: Path) -> None:
    def tight(option: list[str], **more: Any) -> Setup:
        return run("dd-narrow", STAY, PYTHON, security_opt=option, **more)

    def deny(*names: str) -> list[str]:
        text = {
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [{"names": [*names], "action": "SCMP_ACT_ERRNO"}],
        }
        return [f"seccomp={json.dumps(text)}"]

    def by_command(_client: Any) -> None:
        file = harbour / "tight.json"
        file.write_text(profile_of(harbour, "mkdir", "mkdirat")[0].removeprefix("seccomp="))
        typed("docker", "run", "-d", "--name", "dd-narrow", *LABEL.split(), "--security-opt", f"seccomp={file}", PYTHON, *STAY)  # fmt: skip

    folder = "root makes a folder in /dev/shm"
    deny_both = deny("mkdir", "mkdirat", "unshare", "setns", "mount", "keyctl", "bpf")
    prove(
        lesson,
        "09.4",
        solution=tight(profile_of(harbour, "mkdir", "mkdirat")),
        alternatives=[by_command, tight(deny_both)],
        near_misses={
            "the engine's own": (tight([]), folder),
            "only the descriptor's call is left": (tight(profile_of(harbour, "mkdir")), f"{folder}, by its descriptor"),
            "a read-only root": (tight([], read_only=True, user="10001"), folder),
            "all but two": (tight(deny("mkdir", "mkdirat")), "a new user namespace"),
            "all but four": (tight(deny("mkdir", "mkdirat", "unshare", "clone3")), "the kernel's keyrings"),
            "no files either": (tight([*profile_of(harbour, "mkdir", "mkdirat", "unlink", "unlinkat")]), "root makes a file in /dev/shm"),
        },
    )  # fmt: skip


REPAIRED = 'FROM debian:trixie-slim\nCMD ["sh", "-c", "sha256sum < /run/secrets/token; exec sleep 1d"]\n'
SAYS = ["sh", "-c", "sha256sum < /run/secrets/token; exec sleep 1d"]


def test_cashier(lesson: LabellingClient, harbour: Path) -> None:
    folder = harbour / "cashier"
    mounted = {str(folder / "token.txt"): {"bind": "/run/secrets/token", "mode": "ro"}}

    def built(dockerfile: str, *options: str) -> Setup:
        def build(_client: Any) -> None:
            folder.mkdir(exist_ok=True)
            if not (folder / "token.txt").exists():  # else a container may just be reading it
                (folder / "token.txt").write_text(cashier.TOKEN)
            (folder / "Dockerfile").write_text(dockerfile)
            typed("docker", "build", "-q", *LABEL.split(), *options, "-t", "dd-cashier", str(folder))

        return build

    def in_memory(client: Any) -> None:
        """The token comes over the standard input of an exec, into a tmpfs."""
        wait = "until [ -s /run/secrets/token ]; do sleep 0.1; done; sha256sum < /run/secrets/token; exec sleep 1d"
        run("dd-cashier", ["sh", "-c", wait], "dd-cashier", tmpfs={"/run/secrets": ""})(client)
        typed(
            "docker", "exec", "-i", "dd-cashier", "sh", "-c", "cat > /run/secrets/token", text=cashier.TOKEN
        )

    started = run("dd-cashier", None, "dd-cashier", volumes=mounted)
    argument = f"--build-arg=TOKEN={cashier.TOKEN}"
    layers_of = "places with the token in the image dd-cashier: files of any layer, history, configuration"
    shown = "places that show the token of the running container"
    says_variable = ["sh", "-c", 'printf %s "$TOKEN" | sha256sum; exec sleep 1d']
    prove(
        lesson,
        "09.5",
        start=lambda client: start_cashier(client, harbour),
        solution=both(built(REPAIRED), started),
        alternatives=[both(built(REPAIRED), in_memory)],
        near_misses={
            "only the container": (both(built(cashier.DOCKERFILE, argument), run("dd-cashier", SAYS, "dd-cashier", volumes=mounted)), layers_of),
            "taken away again": (both(built("FROM debian:trixie-slim\nCOPY token.txt /\nRUN rm /token.txt\n"), run("dd-cashier", SAYS, "dd-cashier", volumes=mounted)), layers_of),
            "an old image": (both(built(cashier.DOCKERFILE, argument), run("dd-cashier", SAYS, "dd-cashier", volumes=mounted), built(REPAIRED)), "image of the container dd-cashier"),
            "a variable": (both(built(REPAIRED), run("dd-cashier", says_variable, "dd-cashier", environment={"TOKEN": cashier.TOKEN})), shown),
            "no token": (both(built(REPAIRED), run("dd-cashier", ["sh", "-c", "sha256sum < /dev/null; exec sleep 1d"], "dd-cashier")), "log of dd-cashier"),
        },
    )  # fmt: skip


def test_freight(lesson: LabellingClient, harbour: Path) -> None:
    def with_(requirements: str, more: str = "") -> Setup:
        def build(_client: Any) -> None:
            folder = start_freight(harbour)
            (folder / "requirements.txt").write_text(requirements)
            dockerfile = folder / "Dockerfile"
            dockerfile.write_text(
                dockerfile.read_text().replace("COPY freight.py .\n", f"COPY freight.py .\n{more}")
            )
            typed("docker", "build", "-q", *LABEL.split(), "-t", "dd-freight", str(folder))

        return build

    new, old = "gunicorn==27.0.1\nh11==0.16.0\n", "gunicorn==21.2.0\nh11==0.14.0\n"
    known = "packages of dd-freight against which something is known"
    code = "the code of gunicorn and h11 in dd-freight"
    site = "/usr/local/lib/python3.13/site-packages"
    prove(
        lesson,
        "09.6",
        start=lambda _client: start_freight(harbour),
        solution=with_(new),
        alternatives=[with_(old, "RUN pip install --no-cache-dir --upgrade 'gunicorn>=22' 'h11>=0.16'\n")],
        near_misses={
            "one of two": (with_("gunicorn==27.0.1\nh11==0.14.0\n"), known),
            "hidden": (with_(old, f"RUN rm -r {site}/gunicorn-*.dist-info {site}/h11-*.dist-info\n"), code),
            "left out": (with_(new, "RUN pip uninstall --yes h11\n"), code),
        },
    )  # fmt: skip


@pytest.fixture
def layers_stay(lesson: LabellingClient, harbour: Path) -> Iterator[None]:
    """An image that keeps dd-bastion's layers in the builder's cache when dd-bastion itself is removed."""
    (harbour / "Dockerfile").write_text(DOCKERFILE)
    typed("docker", "build", "-q", "-t", "dd-layers", str(harbour))
    yield
    lesson.images.remove("dd-layers")


@pytest.mark.usefixtures("layers_stay")
def test_walls(lesson: LabellingClient, harbour: Path) -> None:
    base: dict[str, Any] = {
        "user": "10001", "cap_drop": ["ALL"], "security_opt": ["no-new-privileges", *profile_of(harbour)],
        "read_only": True, "tmpfs": {"/tmp": "size=16m"}, "pids_limit": 64, "mem_limit": "256m", "memswap_limit": "256m",
    }  # fmt: skip

    def but(**other: Any) -> Setup:
        def made(client: Any) -> None:
            start_harbour(client, harbour).remove(force=True)
            run("dd-bastion", None, "dd-bastion", **{**base, **other})(client)

        return made

    def attempt(name: str) -> str:
        return f"in a container with the settings of dd-bastion: {name}"

    with tempfile.TemporaryDirectory(dir=harbour) as folder, socket.socket(socket.AF_UNIX) as listener:
        path = Path(folder) / "docker.sock"  # a socket of that name, behind which there is no engine
        short = os.path.relpath(path)
        listener.bind(short if len(short) < len(str(path)) else str(path))
        prove(
            lesson,
            "09.7",
            start=lambda client: start_harbour(client, harbour),
            solution=but(),
            alternatives=[but(cap_drop=None, user="10001:10001", tmpfs=None, mounts=[Mount("/tmp", None, type="tmpfs")], pids_limit=None, ulimits=[{"Name": "nproc", "Soft": 60, "Hard": 60}])],
            near_misses={
                "the engine's socket": (but(volumes={str(path): {"bind": "/var/run/docker.sock", "mode": "ro"}}), "ways to the engine in dd-bastion"),
                "root": (but(user="0"), attempt("become root")),
                "setuid programs work": (but(security_opt=profile_of(harbour)), attempt("become root")),
                "a tmpfs with exec": (but(tmpfs={"/tmp": "exec"}), attempt("bring a tool")),
                "no limit of processes": (but(pids_limit=None), attempt(f"{intruder.PROCESSES} processes")),
                "no memory limit": (but(mem_limit=None, memswap_limit=None), attempt(f"{intruder.MEMORY} MiB of memory")),
                "the engine's own profile": (but(security_opt=["no-new-privileges"]), attempt("trace a process")),
                "no profile": (but(security_opt=["no-new-privileges", "seccomp=unconfined"]), attempt("a new user namespace")),
            },
        )  # fmt: skip


def test_the_bomb_stays_off_without_a_limit(lesson: LabellingClient) -> None:
    for limit in (None, 1000):
        container = lesson.containers.run(PYTHON, ["python", "-c", BOMB], detach=True, pids_limit=limit)
        assert container.wait()["StatusCode"] == 1
        assert b"this bomb stays off" in container.logs()
        container.remove()


def test_the_limit_holds_and_the_machine_is_unharmed(lesson: LabellingClient) -> None:
    limits = {"pids_limit": 20, "mem_limit": "128m", "memswap_limit": "128m", "nano_cpus": 250_000_000}
    bomb = lesson.containers.run(PYTHON, ["python", "-c", BOMB], detach=True, **limits)
    try:
        wait_until(lambda: len(bomb.top()["Processes"]) == 20, "the bomb has gone off")
        for _look in range(5):
            assert len(bomb.top()["Processes"]) <= 20
        begun = time.monotonic()
        assert lesson.containers.run(DEBIAN, ["echo", "quiet"], remove=True) == b"quiet\n"
        assert subprocess.run(["true"]).returncode == 0
        assert time.monotonic() - begun < 10
        bomb.kill()
        assert bomb.wait()["StatusCode"] == 137
    finally:
        bomb.remove(force=True)


def test_attempts_say_what_works_and_leave_nothing(lesson: LabellingClient) -> None:
    box = lesson.containers.run(
        PYTHON, ["sh", "-c", "touch /app.py; exec sleep 1d"], detach=True, working_dir="/"
    )
    try:
        wait_until(lambda: box.exec_run(["test", "-e", "/app.py"]).exit_code == 0, "the program")
        before = box.diff()
        found = intruder.attempts(box)
        assert [name for name, works in found.items() if not works] == ["a new user namespace"]
        assert {entry["Path"] for entry in box.diff()} <= {entry["Path"] for entry in before} | {
            "/tmp",
            "/var",
            "/var/tmp",
        }
        assert len(box.top()["Processes"]) == 1
    finally:
        box.remove(force=True)


def test_attempts_need_python(lesson: LabellingClient) -> None:
    box = lesson.containers.run(DEBIAN, STAY, detach=True)
    try:
        with pytest.raises(DrydockError, match=r"could not be made(?s:.*)Hint: the image needs `python`"):
            intruder.attempts(box)
    finally:
        box.remove(force=True)


def test_privileges_are_read_from_a_kernels_text() -> None:
    text = "Name:\tsleep\nUid:\t10001\t0\t0\t0\nCapEff:\t0000000000000001\nCapBnd:\t0000020000200000\nNoNewPrivs:\t1\nSeccomp:\t2\n"
    rights = privileges.parse(text)
    assert (rights.uid, rights.no_new_privs, rights.seccomp) == (0, True, "filter")
    assert rights.effective == {"CHOWN"} and rights.bounding == {"SYS_ADMIN", "41"}
    assert privileges.listed(()) == "none" and privileges.listed({"B", "A"}) == "A, B"


@pytest.mark.parametrize(
    ("name", "version", "found"),
    [
        ("gunicorn", "21.2.0", ["GHSA-w3h3-4rj7-4ph4"]),
        ("gunicorn", "22.0.0", []),
        ("h11", "0.14.0", ["GHSA-vqfr-h8mv-ghfj"]),
        ("starlette", "0.13.4", []),
        ("starlette", "0.26.1", ["PYSEC-2023-83"]),
        ("fastapi", "not a version", []),
        ("h11x", "0.1", []),
    ],
)
def test_an_advisory_is_about_its_range_only(name: str, version: str, found: list[str]) -> None:
    assert [advisory["id"] for advisory in affecting(name, version)] == found


def test_a_scan_starts_nothing_of_the_image_and_leaves_nothing(lesson: LabellingClient) -> None:
    begun = f"{time.time():.6f}"
    image = lesson.images.get(PYTHON)
    assert tuple(name for name, _version in scanning.packages(image) if name == "pip") == ("pip",)
    # By label: in other processes, other tests start containers of this image.
    ours = {"type": "container", "label": f"{session.SESSION}={session.session()}"}
    events = lesson.events(since=begun, until=int(time.time()) + 1, filters=ours, decode=True)
    actions = {event["Action"] for event in events}
    assert {"create", "destroy"} <= actions and "start" not in actions
    assert scanning.audit(image).code == 0
    assert str(scanning.audit(image)) == "No known vulnerabilities found"


def test_a_scan_needs_no_network(lesson: LabellingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there: a way out ends with an error
    image = imported(lesson, b"Name: H11\nVersion: 0.14.0\n")
    try:
        verdict = scanning.audit(image)
        assert verdict.code == 1 and "CVE-2025-43859" in str(verdict)
    finally:
        lesson.images.remove(str(image.id))


@pytest.mark.parametrize("metadata", [b"Name: -r /etc/passwd\nVersion: 1\n", b"Name: h11\nVersion: 0.14.0 -i http://x\n", b"Name: h11\nName: none\nVersion: 0.14.0\n"])  # fmt: skip
def test_a_scan_takes_no_orders_from_the_image(lesson: LabellingClient, metadata: bytes) -> None:
    image = imported(lesson, metadata)
    try:
        with pytest.raises(DrydockError, match=r"can't judge .*: (?:name is invalid|Invalid version)"):
            scanning.audit(image)
    finally:
        lesson.images.remove(str(image.id))


def imported(client: LabellingClient, metadata: bytes) -> Image:
    """Make an image whose only file is a package's METADATA."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        file = tarfile.TarInfo("lib/x.dist-info/METADATA")
        file.size = len(metadata)
        tar.addfile(file, io.BytesIO(metadata))
    changes = ["LABEL dev.drydock.lesson=09"]
    said = client.api.import_image_from_data(archive.getvalue(), repository="dd-odd", changes=changes)
    assert "error" not in said, said
    return client.images.get("dd-odd")


def test_a_profile_names_no_call_twice() -> None:
    rules = json.loads((paths.COURSE / "project/09/seccomp.json").read_text())["syscalls"]
    names = [name for rule in rules for name in rule["names"]]
    assert len(names) == len(set(names))
    assert not {"unshare", "setns", "mount", "bpf", "ptrace", "keyctl", "chmod"} & set(names)


def test_the_picture_shows_what_works() -> None:
    figure = hardening(
        {"as it was": {"raw packets": True, "trace": True}, "not root": {"raw packets": False, "trace": True}}
    )
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["raw packets", "trace"]
    at = {text.get_position(): text.get_text() for text in axes.texts}
    assert at[0, 0] == at[0, 1] == at[1, 1] == "works" and at[1, 0] == "·"
    assert (at[0, -0.8], at[1, -0.8]) == ("as\nit\nwas", "not\nroot")
