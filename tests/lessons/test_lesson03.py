"""Lesson 03's tasks, each proved both ways; its picture, its debug client, and whose folder it is."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import drydock
from drydock import dap, images, project
from drydock.checks import check
from drydock.checks.lesson03 import hidden, start_context, start_hidden
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.figures import edit_seconds
from tests.harness import Setup, prove, typed

PYTHON, BENCH, TRAP = "python:3.13-slim", "dd-proof03:bench", "dd-proof03:system"
TOP = f"FROM {PYTHON}\nWORKDIR /app\nENV PYTHONDONTWRITEBYTECODE=1\n"
INSTALL = (
    "ENV PATH=/opt/venv/bin:$PATH\nCOPY requirements.txt requirements-dev.txt ./\n"
    "RUN python -m venv /opt/venv && pip install --no-cache-dir -r requirements-dev.txt\n"
)
BENCH_FILE = f"{TOP}{INSTALL}COPY app.py .\n"
PLAIN = ["uvicorn", "app:app", "--host", "0.0.0.0"]
RELOAD = [*PLAIN, "--reload"]


def folder() -> Path:
    return paths.work() / "exercise-03"


def docker(*arguments: str, text: str | None = None) -> None:
    typed("docker", *arguments, text=text)


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 03, and an image for its containers that no clean-up between two cases takes."""
    connected = connect("03", quiet=True)
    images.need(connected, PYTHON)
    source = project.checkout("exercise-03")
    docker("build", "-q", "-t", BENCH, "-f", "-", str(source), text=BENCH_FILE)
    docker("build", "-q", "-t", TRAP, "-f", "-", str(source), text=hidden.START)
    yield connected
    for name in (BENCH, TRAP):
        connected.images.remove(name)
    connected.close()


@pytest.fixture(autouse=True)
def harbour() -> Iterator[Path]:
    """The learner's copy of the project, new for each test, and not root's."""
    shutil.rmtree(folder(), ignore_errors=True)
    copy = project.checkout("exercise-03")
    project.hand_over(copy)
    yield copy
    shutil.rmtree(copy)


def run(
    name: str, command: list[str] | None = None, image: str = BENCH, mount: str = "/app", **options: Any
) -> Setup:
    """Start a container; `mount` is where the learner's folder is in it, "" for nowhere."""

    def start(client: Any) -> None:
        volumes = [f"{folder()}:{mount}"] if mount else []
        volumes += options.pop("more", [])
        client.containers.run(image, command, name=name, detach=True, volumes=volumes, **options)

    return start


def written(**files: str) -> Setup:
    def write(_client: Any) -> None:
        for name, text in files.items():
            (folder() / name).write_text(text)

    return write


def test_live(lesson: LabellingClient) -> None:
    def live(command: list[str], mount: str = "/app", **options: Any) -> Setup:
        return run("dd-reload", command, mount=mount, **options)

    def one_file(client: Any) -> None:
        app = f"{folder()}/app.py:/app/app.py"
        client.containers.run(BENCH, RELOAD, name="dd-reload", detach=True, volumes=[app])

    def volume(client: Any) -> None:
        client.volumes.create("dd-code")
        client.containers.run(BENCH, RELOAD, name="dd-reload", detach=True, volumes=["dd-code:/app"])

    def by_mount(client: Any) -> None:
        options = f"type=bind,source={folder()},target=/app"
        docker(
            "run", "-d", "--name=dd-reload", "--label=dev.drydock.lesson=03", "--mount", options,
            "-e", "WATCHFILES_FORCE_POLLING=true", BENCH, *RELOAD,
        )  # fmt: skip

    there = "work/exercise-03 in dd-reload"
    new = "the answer after an edit of app.py, in a container like yours on a copy of your folder"
    prove(
        lesson,
        "03.1",
        solution=live(RELOAD),
        alternatives=[by_mount, live(["watchfiles", "python app.py", "/app"])],
        near_misses={
            "no reload": (live(PLAIN), new),
            "no mount": (live(RELOAD, mount=""), there),
            "a volume at that place": (volume, there),
            "mounted beside": (live(RELOAD, mount="/srv"), new),
            "one file": (one_file, new),
        },
    )


def test_context(lesson: LabellingClient) -> None:
    def start(_client: Any) -> None:
        (folder() / ".dockerignore").unlink(missing_ok=True)
        start_context(folder())

    def ignored(text: str, name: str = ".dockerignore") -> Setup:
        return lambda client: (start(client), written(**{name: text})(client))

    def deleted(client: Any) -> None:
        start(client)
        shutil.rmtree(folder() / ".git")
        written(**{".dockerignore": "**/.env\n.venv\n"})(client)

    def beside(client: Any) -> None:
        start(client)
        written(**{"Dockerfile.dockerignore": "**/.git\n**/.env\n**/.venv\n"})(client)

    leaks, code = "git's history, passwords and environments in the context", "the code in the context"

    def undone(client: Any) -> None:
        (folder() / "Dockerfile.dockerignore").unlink(missing_ok=True)

    prove(
        lesson,
        "03.2",
        start=start,
        solution=ignored("**/.git\n**/.env\n**/.venv\n"),
        alternatives=[ignored("*\n!app.py\n!requirements*.txt\n!tests/*.py\n"), ignored(".*\ntests/.*\n"), beside],
        near_misses={
            "git's file": (lambda client: (undone(client), ignored(".git\n.env\n.venv\n", ".gitignore")(client)), leaks),
            "the root only": (ignored(".git\n.env\n.venv\n"), leaks),
            "too much": (ignored("*\n!app.py\n"), code),
            "deleted": (deleted, "your files in work/exercise-03"),
        },
    )  # fmt: skip


def test_report(lesson: LabellingClient) -> None:
    pytest_ = ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command = [*pytest_, "--junitxml", "report.xml"]
    owner = project.hand_over(folder())
    me, (uid, gid) = f"{owner[0]}:{owner[1]}", owner
    if uid == 0:
        pytest.skip("the folder is root's, and can't be given away")

    def tests(command: list[str], **options: Any) -> Setup:
        def ended(client: Any) -> None:
            (folder() / "report.xml").unlink(missing_ok=True)
            run("dd-tests", command, **options)(client)
            client.containers.get("dd-tests").wait()

        return ended

    def other(client: Any) -> None:
        tests(command, user=me)(client)
        client.containers.get("dd-tests").remove()
        run("dd-tests", ["true"], user=me)(client)
        client.containers.get("dd-tests").wait()

    def by_hand(client: Any) -> None:
        line = f"{' '.join(command)} && chown {uid}:{gid} report.xml"
        tests(["sh", "-c", line])(client)

    def lowered(client: Any) -> None:
        tests(["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *command])(client)

    file, end = "work/exercise-03/report.xml", "how dd-tests ended"
    prove(
        lesson,
        "03.3",
        solution=tests(command, user=me),
        alternatives=[lowered, by_hand],
        near_misses={
            "as root": (tests(command), "owner of the report"),
            "no report": (tests(pytest_, user=me), file),
            "in the container": (tests([*pytest_, "--junitxml", "/tmp/report.xml"], user=me), file),
            "nobody's tests": (tests([*command, "-k", "nothing"], user=me), end),
            "may not write": (tests(command, user="4711"), end),
            "of an earlier run": (other, file),
        },
    )


def test_debugger(lesson: LabellingClient) -> None:
    def debugged(listen: str, host: str = "127.0.0.1", under: list[str] | None = None, **ports: Any) -> Setup:
        under = under or ["python", "-m", "debugpy", "--listen", listen, "-m", *PLAIN]
        published = {"5678/tcp": (host, None)} if host else {}
        return run("dd-debug", under, mount="", ports=published, **ports)

    where = "addresses on which port 5678 is published"
    answer = "answer to `initialize`, the first request of an editor"
    inside = (
        "import debugpy, uvicorn; debugpy.listen(('0.0.0.0', 5678)); uvicorn.run('app:app', host='0.0.0.0')"
    )
    other = "import threading, uvicorn; from http.server import *\n"
    other += "threading.Thread(target=HTTPServer(('', 5678), SimpleHTTPRequestHandler).serve_forever, daemon=True).start()\n"
    other += "uvicorn.run('app:app', host='0.0.0.0')"

    def in_a_terminal(_client: Any) -> None:
        line = "run -d --name=dd-debug --label=dev.drydock.lesson=03 -p 127.0.0.1::5678"
        docker(*line.split(), BENCH, "python", "-m", "debugpy", "--listen", "0.0.0.0:5678", "app.py")

    prove(
        lesson,
        "03.4",
        solution=debugged("0.0.0.0:5678"),
        alternatives=[in_a_terminal, debugged("", under=["python", "-c", inside])],
        near_misses={
            "for everybody": (debugged("0.0.0.0:5678", host="0.0.0.0"), where),
            "exposed, not published": (debugged("0.0.0.0:5678", host=""), where),
            "on the container's own address": (debugged("127.0.0.1:5678"), answer),
            "no debugger": (debugged("", under=PLAIN), answer),
            "another program": (debugged("", under=["python", "-c", other]), answer),
        },
    )


def test_repaired(lesson: LabellingClient) -> None:
    def start(client: Any) -> None:
        start_hidden(client, folder())

    def again(
        image: str = BENCH, command: list[str] | None = None, mount: str = "/app", **options: Any
    ) -> Setup:
        def repair(client: Any) -> None:
            start(client)
            client.containers.get("dd-hidden").remove()
            run("dd-hidden", command, image=image, mount=mount, **options)(client)

        return repair

    def volume(client: Any) -> None:
        client.volumes.create("dd-env")
        again(TRAP, more=["dd-env:/app/.venv"])(client)

    def nameless(client: Any) -> None:
        start(client)
        client.containers.get("dd-hidden").remove()
        label, mount = "--label=dev.drydock.lesson=03", f"{folder()}:/app"
        docker("run", "-d", "--name=dd-hidden", label, "-v", mount, "-v", "/app/.venv", TRAP)

    def into_the_folder(client: Any) -> None:
        uid, gid = project.hand_over(folder())  # as the owner, so that the folder can be removed again
        install = "cp -r /opt/venv packages && exec packages/bin/python app.py"
        again(command=["sh", "-c", install], user=f"{uid}:{gid}")(client)

    def the_same(client: Any) -> None:
        again(TRAP)(client)
        client.containers.get("dd-hidden").wait()

    mounted = "what is mounted at /app"
    prove(
        lesson,
        "03.5",
        start=start,
        solution=again(command=["python", "app.py"]),
        alternatives=[volume, nameless],
        near_misses={
            "started again": (the_same, "state of container dd-hidden"),
            "no mount": (again(TRAP, mount=""), mounted),
            "mounted beside": (again(TRAP, mount="/app/src"), mounted),
            "one file": (again(TRAP, mount="", more=[f"{folder()}/app.py:/app/app.py"]), mounted),
            "installed into the folder": (into_the_folder, "Python packages in work/exercise-03"),
        },
    )


def test_a_changed_hidden_file_moves_aside(lesson: LabellingClient, harbour: Path) -> None:
    (harbour / hidden.NAME).write_text("FROM scratch\n")
    try:
        assert b"ModuleNotFoundError" in start_hidden(lesson, harbour).logs()
    finally:
        lesson.containers.get("dd-hidden").remove()
        lesson.images.remove("dd-hidden")
    assert (harbour / hidden.NAME).read_text() == hidden.START
    assert (harbour / "hidden.old-1.Dockerfile").read_text() == "FROM scratch\n"


@pytest.mark.parametrize("task", ["03.1", "03.6"])
def test_a_folder_that_was_moved_is_said(task: str, lesson: LabellingClient, harbour: Path) -> None:
    run("dd-reload", ["sleep", "1d"])(lesson)
    moved = harbour.rename(harbour.with_name("moved"))
    try:
        report = check(task, lesson)
    finally:
        moved.rename(harbour)
        drydock.clean(lesson)
    failed = [seen for seen in report.observations if not seen.holds]
    assert [seen.what for seen in failed] == ["your folder work/exercise-03"]
    assert "first cell of the exercises" in failed[0].hint


def test_watch(lesson: LabellingClient) -> None:
    def composed(
        rules: str, command: str = " ".join(RELOAD), more: str = "", name: str = "compose.yaml"
    ) -> Setup:
        develop = f"    develop: {{watch: [{rules}]}}\n" if rules else ""
        service = f"  web:\n    build: .\n    container_name: dd-web\n    command: {command}\n"
        ports = '    ports: ["127.0.0.1::8000"]\n'
        return written(Dockerfile=BENCH_FILE, **{name: f"services:\n{service}{ports}{more}{develop}"})

    sync = "{action: sync, path: ., target: /app}"
    watches = "docker compose watch, on a copy of your folder"
    prove(
        lesson,
        "03.6",
        solution=composed(sync),
        alternatives=[composed("{action: sync+restart, path: app.py, target: /app/app.py}", "python app.py")],
        near_misses={
            "nothing watched": (composed(""), watches),
            "a mistake": (written(**{"compose.yaml": "services: [web]\n"}), watches),
            "a mount": (composed(sync, more='    volumes: [".:/app"]\n'), "bind mounts of the service"),
            "nobody reloads": (composed(sync, "python app.py"), "the answer after an edit of app.py"),
            "a build for each edit": (
                composed("{action: rebuild, path: app.py}"), "the container after an edit of app.py",
            ),
        },
    )  # fmt: skip


def test_the_picture_has_a_bar_for_each_way() -> None:
    axes = edit_seconds({"slow": 6.0, "quick": 0.5}).axes[0]
    assert [bar.get_width() for bar in axes.patches] == [6.0, 0.5]
    assert [text.get_text().strip() for text in axes.texts] == ["6.0 s", "0.5 s"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["slow", "quick"]


def test_a_folder_of_root_is_handed_over(harbour: Path) -> None:
    if os.geteuid():
        assert project.hand_over(harbour) == (os.geteuid(), harbour.stat().st_gid)
        return
    os.chown(harbour, 0, 0)
    assert project.hand_over(harbour) == (project.USUAL, project.USUAL)
    assert (harbour / "app.py").stat().st_uid == project.USUAL
    os.chown(harbour, 4711, 4711)
    assert project.hand_over(harbour) == (4711, 4711)


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.0 400 Bad\r\n\r\n", b"Content-Length: x\r\n\r\n", b"Content-Length: 3\r\n\r\n{]}"]
)
def test_what_is_no_debugger(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _address = server.accept()
            connection.recv(1)
            connection.sendall(said)
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with (
            pytest.raises(DrydockError, match="No debugger answered"),
            dap.Session(server.getsockname()[1]) as session,
        ):
            session.request("initialize", adapterID="test")
        thread.join()


def test_no_connection_and_a_refusal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DrydockError, match=f"no connection to port {port}"):
        dap.Session(port)
    assert dap.message(1, "é").startswith(b"Content-Length: 67\r\n\r\n")
