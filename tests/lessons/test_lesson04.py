"""Lesson 04's tasks, each proved both ways, and its picture; the project's own tests, in a container."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drydock import images, project
from drydock.checks.lesson04 import release, start_release
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from drydock.figures import layer_sizes
from tests.harness import Setup, prove, typed

DEBIAN, PYTHON, LARGE = "debian:trixie-slim", "python:3.13-slim", "python:3.13"
TOP = f"FROM {PYTHON}\nWORKDIR /app\n"
INSTALL = "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n"
SERVICE = f"{TOP}{INSTALL}COPY . .\n"
CMD = 'CMD ["python", "app.py"]\n'
ASK = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000{}')"


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 04, as its exercise notebook has one."""
    connected = connect("04", quiet=True)
    images.need(connected, DEBIAN, PYTHON, LARGE)
    yield connected
    connected.close()


@pytest.fixture(autouse=True)
def harbour() -> Iterator[Path]:
    """The learner's copy of the project, new for each test."""
    folder = paths.work() / "exercise-04"
    shutil.rmtree(folder, ignore_errors=True)
    yield project.checkout("exercise-04")
    shutil.rmtree(folder)


def built(tag: str, dockerfile: str, name: str = "Dockerfile", **files: str) -> Setup:
    """Write a Dockerfile, and files beside it, into the learner's folder; build it in the terminal."""

    def build(_client: Any) -> None:
        folder = paths.work() / "exercise-04"
        for file, text in {name: dockerfile, **files}.items():
            (folder / file).write_text(text)
        label = ("--label", "dev.drydock.lesson=04")
        typed("docker", "build", "-q", *label, "-t", tag, "-f", str(folder / name), str(folder))

    return build


def written(dockerfile: str, **files: str) -> Setup:
    def write(_client: Any) -> None:
        folder = paths.work() / "exercise-04"
        (folder / ".dockerignore").unlink(missing_ok=True)
        for file, text in {"Dockerfile": dockerfile, **files}.items():
            (folder / file).write_text(text)

    return write


def test_greeting(lesson: LabellingClient) -> None:
    def ahoy(instructions: str) -> Setup:
        return built("dd-ahoy", f"FROM {DEBIAN}\n{instructions}\n")

    default, other = (f"what `docker run {line}` prints" for line in ("dd-ahoy", "dd-ahoy Rainbow"))
    script = 'RUN printf \'#!/bin/sh\\necho "Ahoy, ${1:-harbour}"\\n\' > /ahoy && chmod +x /ahoy\nENTRYPOINT ["/ahoy"]'
    prove(
        lesson,
        "04.1",
        solution=ahoy('ENTRYPOINT ["echo", "Ahoy,"]\nCMD ["harbour"]'),
        alternatives=[
            ahoy(script),
            ahoy('ENTRYPOINT ["sh", "-c", "echo Ahoy, ${0}"]\nCMD ["harbour"]'),
        ],
        near_misses={
            "a command alone": (ahoy('CMD ["echo", "Ahoy,", "harbour"]'), other),
            "an entry point alone": (ahoy('ENTRYPOINT ["echo", "Ahoy,", "harbour"]'), other),
            "the shell form": (ahoy('ENTRYPOINT echo Ahoy, harbour\nCMD ["harbour"]'), other),
            "no default": (ahoy('ENTRYPOINT ["echo", "Ahoy,"]'), default),
            "another tag": (
                built("dd-ahoy:1", f'FROM {DEBIAN}\nENTRYPOINT ["echo", "Ahoy,"]\nCMD ["harbour"]\n'),
                "image dd-ahoy",
            ),
        },
    )


def test_stop(lesson: LabellingClient) -> None:
    def served(instructions: str) -> Setup:
        return built("dd-stop", SERVICE + instructions + "\n")

    code, words = "exit code after `docker stop`", "the service's last words"
    prove(
        lesson,
        "04.2",
        solution=served(CMD),
        alternatives=[
            served("CMD exec python app.py"),
            served('ENTRYPOINT ["python"]\nCMD ["app.py"]'),
            served("STOPSIGNAL SIGINT\n" + CMD),
        ],
        near_misses={
            "the shell form": (served("CMD python app.py"), code),
            "a shell in the exec form": (served('CMD ["sh", "-c", "python app.py; true"]'), code),
            "a shell that ends itself": (
                served("CMD [\"sh\", \"-c\", \"trap 'exit 0' TERM; python app.py & wait\"]"), words,
            ),
            "killed at once": (served("STOPSIGNAL SIGKILL\n" + CMD), code),
            "never starts": (
                served('CMD ["python", "main.py"]'),
                "the service on port 8000, in a container from the image",
            ),
        },
    )  # fmt: skip


def test_cached(lesson: LabellingClient) -> None:
    fastapi = "fastapi in the images before and after an edit of app.py"
    bound = "RUN --mount=type=bind,source=requirements.txt,target=/tmp/r.txt pip install --no-cache-dir -r /tmp/r.txt\n"
    venv = (
        f"FROM {PYTHON} AS packages\nCOPY requirements.txt .\n"
        "RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt\n"
        f"{TOP}COPY --from=packages /venv /venv\nENV PATH=/venv/bin:$PATH\nCOPY app.py .\n"
    )
    mounted = "RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt\n"
    prove(
        lesson,
        "04.3",
        solution=written(SERVICE + CMD),
        alternatives=[written(TOP + bound + "COPY . .\n" + CMD), written(venv)],
        near_misses={
            "everything first": (
                written(TOP + "COPY . .\nRUN pip install --no-cache-dir -r requirements.txt\n" + CMD), fastapi,
            ),
            "the code along with the list": (
                written(TOP + "COPY requirements.txt app.py ./\n" + mounted + "COPY . .\n"), fastapi,
            ),
            "the code is not copied": (
                written(TOP + INSTALL + CMD), "the image built from the Dockerfile",
            ),
            "the code is ignored": (
                written(SERVICE + CMD, **{".dockerignore": "*.py\n"}), "the image built from the Dockerfile",
            ),
            "an older app.py": (
                written(TOP + INSTALL + "COPY old.py app.py\n", **{"old.py": "import fastapi\n"}),
                "the image built after an edit of app.py",
            ),
            "a mistake": (written(TOP + "RUN pip instal\n"), "the Dockerfile"),
        },
    )  # fmt: skip


def test_apt_lists(lesson: LabellingClient) -> None:
    def tools(instructions: str) -> Setup:
        return built("dd-tools", f"FROM {DEBIAN}\n{instructions}\n")

    layers = "package lists and archives in the layers of dd-tools"
    install = "apt-get update && apt-get install -y --no-install-recommends tree"
    prove(
        lesson,
        "04.4",
        solution=tools(f"RUN {install} && rm -rf /var/lib/apt/lists/*"),
        alternatives=[
            tools(f"RUN --mount=type=tmpfs,target=/var/lib/apt/lists {install}"),
            built(
                "dd-tools",
                f"FROM {DEBIAN} AS fetched\nRUN {install}\nFROM {DEBIAN}\nCOPY --from=fetched /usr/bin/tree /usr/bin/\n",
            ),
        ],
        near_misses={
            "left there": (tools(f"RUN {install}"), layers),
            "removed later": (tools(f"RUN {install}\nRUN rm -rf /var/lib/apt/lists/*"), layers),
            "apt-get clean": (tools(f"RUN {install} && apt-get clean"), layers),
            "an archive kept": (
                tools(f"RUN {install} && apt-get download tree && rm -rf /var/lib/apt/lists/*"),
                layers,
            ),
            "removed again": (
                tools(f"RUN {install} && rm -rf /var/lib/apt/lists/* && apt-get purge -y tree"),
                "`tree --version` in a container from dd-tools",
            ),
        },
    )


def test_not_root(lesson: LabellingClient) -> None:
    def user(dockerfile: str) -> Setup:
        return built("dd-user", dockerfile)

    number, code = "user number of the Python process", "/app/app.py"
    prove(
        lesson,
        "04.5",
        solution=user(f"{SERVICE}USER 10001\n{CMD}"),
        alternatives=[
            user(f"{SERVICE}RUN useradd --uid 4711 harbour\nUSER harbour\n{CMD}"),
            user(f'{SERVICE}ENTRYPOINT ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups"]\n{CMD}'),
        ],
        near_misses={
            "root": (user(SERVICE + CMD), number),
            "root again": (user(f"{SERVICE}USER 10001\nUSER root\n{CMD}"), number),
            "a user that is made, not used": (user(f"{SERVICE}RUN useradd --uid 10001 harbour\n{CMD}"), number),
            "given the code": (user(f"{TOP}{INSTALL}COPY --chown=10001 . .\nUSER 10001\n{CMD}"), code),
            "given the folder": (user(f"{SERVICE}RUN chown 10001 /app\nUSER 10001\n{CMD}"), code),
            "a folder for all": (user(f"{SERVICE}RUN chmod 777 /app\nUSER 10001\n{CMD}"), code),
            "packages that only root sees": (
                user(
                    f"{TOP}COPY . .\nRUN pip install --no-cache-dir --target /root/packages -r requirements.txt\n"
                    f"ENV PYTHONPATH=/root/packages\nUSER 10001\n{CMD}"
                ),
                "the service on port 8000, in a container from the image",
            ),
        },
    )  # fmt: skip


def test_healthy(lesson: LabellingClient) -> None:
    def health(check: str, **files: str) -> Setup:
        return built("dd-health", f"{SERVICE}{check}\n{CMD}", **files)

    usual, maintenance = "health of the service", "health, once /tmp/maintenance is there"
    script = "import http.client, sys\nc = http.client.HTTPConnection('localhost', 8000)\nc.request('GET', '/health')\nsys.exit(c.getresponse().status != 200)\n"
    prove(
        lesson,
        "04.6",
        solution=health(f'HEALTHCHECK CMD ["python", "-c", "{ASK.format("/health")}"]'),
        alternatives=[
            health(f'HEALTHCHECK --interval=1h --start-period=1m CMD python -c "{ASK.format("/health")}" || exit 1'),
            health("HEALTHCHECK CMD python check.py", **{"check.py": script}),
        ],
        near_misses={
            "none": (health(""), usual),
            "curl, which is not there": (
                health("HEALTHCHECK CMD curl --fail http://127.0.0.1:8000/health || exit 1"), usual,
            ),
            "another address": (health(f'HEALTHCHECK CMD python -c "{ASK.format("/berths")}"'), maintenance),
            "any answer": (health(f'HEALTHCHECK CMD python -c "{ASK.format("/health")}" || exit 0'), maintenance),
            "the port of another service": (
                health(f'HEALTHCHECK CMD python -c "{ASK.format("/health").replace("8000", "80")}"'), usual,
            ),
        },
    )  # fmt: skip


def test_release(lesson: LabellingClient) -> None:
    def pinned(reference: str) -> str:
        return f"{reference}@{lesson.images.get(reference).attrs['RepoDigests'][0].split('@')[1]}"

    def start(_client: Any) -> None:
        start_release(paths.work() / "exercise-04")

    def in_docker_py(client: Any) -> None:
        written(CMD, **{release.NAME: right})(client)
        folder = str(paths.work() / "exercise-04")
        client.images.build(path=folder, dockerfile=release.NAME, tag="dd-release", rm=True)

    def repaired(dockerfile: str, file: str = "") -> Setup:
        """Build from the tag, and then write the digest: BuildKit would ask a registry for that of a stand-in."""
        build = built("dd-release", dockerfile, release.NAME)
        return lambda client: (build(client), written(CMD, **{release.NAME: file or pin(dockerfile)})(client))

    def pin(dockerfile: str) -> str:
        return dockerfile.replace(PYTHON, pinned(PYTHON))

    by_tag = f"{SERVICE}USER 10001\n{CMD}"
    right = pin(by_tag)
    silenced = right.replace(CMD, "# hadolint ignore=DL3025\nCMD exec python app.py\n")
    findings = "what hadolint says about work/exercise-04/release.Dockerfile"
    setpriv = 'ENTRYPOINT ["setpriv", "--reuid=10001", "--clear-groups"]\n'
    prove(
        lesson,
        "04.7",
        start=start,
        solution=in_docker_py,
        alternatives=[
            repaired(by_tag.replace(f"FROM {PYTHON}", f"ARG BASE={PYTHON}\nFROM $BASE")),
            repaired(by_tag.replace("USER 10001\n", setpriv)),
        ],
        near_misses={
            "silenced": (repaired(by_tag, silenced), findings),
            "a tag": (repaired(by_tag, by_tag), "base of the last stage"),
            "edited after the build": (
                repaired(by_tag, right.replace(pinned(PYTHON), pinned(LARGE))), "lowest layers of dd-release",
            ),
            "root": (repaired(by_tag.replace("USER 10001\n", "")), "user number of the Python process"),
            "not built": (written(CMD, **{release.NAME: right}), "image dd-release"),
        },
    )  # fmt: skip


def test_a_changed_release_file_moves_aside(harbour: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = start_release(harbour)
    assert start_release(harbour) == file and file.read_text() == release.START
    file.write_text("FROM scratch\n")
    start_release(harbour)
    assert file.read_text() == release.START
    assert (harbour / "release.old-1.Dockerfile").read_text() == "FROM scratch\n"
    assert capsys.readouterr().out == "release.old-1.Dockerfile: what you had\n"


def test_the_picture_shows_each_layer() -> None:
    histories = {"one": [{"Size": 2_000_000}, {"Size": 0}, {"Size": 5_000_000}], "two": [{"Size": 5_000_000}]}
    axes = layer_sizes(histories).axes[0]
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(0, 5), (5, 2), (0, 5)]
    assert [text.get_text().strip() for text in axes.texts] == ["7 MB", "5 MB"]


def test_the_project_keeps_its_promises(lesson: LabellingClient, harbour: Path) -> None:
    dockerfile = f"{TOP}COPY . .\nRUN pip install --no-cache-dir -r requirements-dev.txt\n"
    built("dd-project", dockerfile)(lesson)
    try:
        command = ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        assert b"5 passed" in lesson.containers.run("dd-project", command, remove=True)
    finally:
        lesson.images.remove("dd-project")
