"""Lesson 05's tasks, each proved both ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drydock import images, project
from drydock.building import run
from drydock.checks.lesson05 import stages, start_chart, start_crew
from drydock.client import LabellingClient, connect
from drydock.engine import paths
from tests.harness import Setup, prove, typed

DEBIAN, PYTHON, LARGE = "debian:trixie-slim", "python:3.13-slim", "python:3.13"
BUILDER = f"FROM {PYTHON} AS builder\nWORKDIR /wheels\nCOPY requirements.txt pyproject.toml ./\n"
UV = "RUN pip install --quiet --no-cache-dir --root-user-action=ignore uv==0.13.9\n"
PIP = "RUN --mount=type=cache,target=/root/.cache/pip pip"
ONLY_WHEELS = "FROM scratch\nCOPY --from=builder /wheels /wheels\n"


@pytest.fixture(scope="module")
def lesson(client: LabellingClient) -> Iterator[LabellingClient]:
    """A client of lesson 05, as its exercise notebook has one."""
    connected = connect("05", quiet=True)
    images.need(connected, DEBIAN, PYTHON, LARGE)
    yield connected
    connected.close()


@pytest.fixture(autouse=True)
def harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The learner's copy of the project, new for each test."""
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path))
    return project.checkout("exercise-05")


def written(dockerfile: str, name: str = "Dockerfile", **files: str) -> Path:
    folder = paths.work() / stages.FOLDER
    for file, text in {name: dockerfile, **files}.items():
        (folder / file).write_text(text)
    return folder


def built(tag: str, dockerfile: str, *options: str, **files: str) -> Setup:
    """Write a Dockerfile, and files beside it, into the learner's folder; build it with the lesson's helper."""

    def build(_client: Any) -> None:
        done = run(written(dockerfile, **files), *filter(None, (tag, *options)))
        assert done.failure is None, done

    return build


def test_no_compiler(lesson: LabellingClient) -> None:
    def sextant(last: str, first: str = f"FROM {LARGE} AS builder\n") -> Setup:
        wheel = "COPY tide /tide\nRUN pip wheel --quiet --no-cache-dir --wheel-dir /wheels /tide\n"
        return built("dd-sextant", first + wheel + last)

    slim = f"FROM {PYTHON}\n"
    mounted = "RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels pip install --no-cache-dir /wheels/*.whl\n"
    compiler = "/usr/bin/*-linux-gnu-gcc-[0-9]*"
    module, running = (
        "`tide.height(3)` in a container from dd-sextant, and what kind of module it is",
        "a compiler in a container from dd-sextant",
    )
    prove(
        lesson,
        "05.1",
        solution=sextant(slim + mounted),
        alternatives=[
            sextant(
                f"RUN pip install --no-cache-dir --prefix /install /wheels/*.whl\n{slim}COPY --from=builder /install /usr/local\n"
            ),
            sextant(
                f"RUN python -m venv /venv && /venv/bin/pip install /wheels/*.whl\n{slim}COPY --from=builder /venv /venv\nENV PATH=/venv/bin:$PATH\n"
            ),
        ],
        near_misses={
            "a single stage": (sextant("RUN pip install --no-cache-dir /wheels/*.whl\n"), running),
            "the wheel only": (sextant(f"{slim}COPY --from=builder /wheels /wheels\n"), module),
            "the compiler taken along and removed": (
                sextant(f"{slim}{mounted}COPY --from=builder {compiler} /opt/\nRUN rm -r /opt/*\n"),
                "a compiler in the layers of dd-sextant",
            ),
            "Python in its place": (
                built("dd-sextant", f"{slim}RUN printf 'def height(h): return 350\\n' > /usr/local/lib/python3.13/site-packages/tide.py\n"),
                module,
            ),
        },
    )  # fmt: skip


def test_wheels(lesson: LabellingClient) -> None:
    def cargo(collect: str, last: str = ONLY_WHEELS) -> Setup:
        return built("dd-cargo", f"{BUILDER}{collect}\n{last}")

    there = "wheels in the folder /wheels of dd-cargo"
    works = f"`pip install --no-index` of Harbour's packages from /wheels, in {PYTHON} without a network"
    wheel = f"{PIP} wheel --quiet --wheel-dir /wheels -r requirements.txt"
    prove(
        lesson,
        "05.2",
        solution=cargo(wheel),
        alternatives=[
            cargo(f"{PIP} download --quiet --dest /wheels --only-binary :all: -r requirements.txt"),
            cargo(wheel, f"FROM {PYTHON}\nCOPY --from=builder /wheels/*.whl /wheels/\nUSER 10001\n"),
        ],
        near_misses={
            "only what is named": (cargo(f"{wheel} --no-deps"), works),
            "wheels for another Python": (
                cargo(f"{PIP} download --quiet --python-version 3.12 --only-binary :all: --dest /wheels -r requirements.txt"),
                works,
            ),
            "removed again": (
                cargo(wheel, f"FROM {PYTHON}\nCOPY --from=builder /wheels /wheels\nRUN rm -r /wheels\n"), there,
            ),
            "installed, not kept": (cargo(f"{PIP} install --quiet -r requirements.txt"), there),
        },
    )  # fmt: skip


def test_sealed(lesson: LabellingClient) -> None:
    def sealed(collect: str) -> Setup:
        return built("dd-sealed", f"{BUILDER}{UV}{collect}\n{ONLY_WHEELS}")

    there, works = (
        "file /wheels/requirements.lock in dd-sealed",
        "`pip install --require-hashes` from that list, without a network",
    )
    export = "RUN uv lock && uv export --quiet --no-emit-project -o requirements.lock\n"
    download = f"{PIP} download --quiet -r requirements.lock\n"
    hashed = (
        f"{PIP} download --quiet -r requirements.txt\n"
        "RUN for f in *.whl; do echo $f | awk -F- '{printf \"%s==%s \", $1, $2}'; pip hash $f | tail -n 1; done > requirements.lock\n"
    )
    tamper = "RUN python -c \"import glob; open(glob.glob('h11-*')[0], 'ab').write(b'x')\"\n"
    prove(
        lesson,
        "05.3",
        solution=sealed(export + download),
        alternatives=[
            sealed(hashed),
        ],
        near_misses={
            "no hashes": (sealed("RUN uv pip compile --quiet requirements.txt -o requirements.lock\n" + download), works),
            "tampered with": (sealed(export + download + tamper), works),
            "hashes of two packages": (
                sealed(hashed + "RUN grep -E '^(fastapi|uvicorn)==' requirements.lock > r && mv r requirements.lock\n"),
                works,
            ),
            "no list": (sealed(export + download + "RUN rm requirements.lock"), there),
        },
    )  # fmt: skip


def test_locked(lesson: LabellingClient, harbour: Path) -> None:
    top = f"FROM {PYTHON} AS uv\n{UV}ENV UV_LINK_MODE=copy\nWORKDIR /app\n"
    end = f"FROM {PYTHON}\nWORKDIR /app\nCOPY --from=builder /app /app\nENV PATH=/app/.venv/bin:$PATH\n"
    sync = "RUN --mount=type=cache,target=/root/.cache/uv uv sync --no-install-project"
    both = "COPY pyproject.toml uv.lock ./\n"
    locker = f"{top}COPY pyproject.toml .\nRUN uv lock\nFROM scratch AS lock\nCOPY --from=uv /app/uv.lock /\n"
    written(locker)
    assert run(harbour, "--target=lock", f"--output={harbour}").failure is None
    lock = (harbour / "uv.lock").read_text()

    def locked(dockerfile: str) -> Setup:
        return lambda _client: written(dockerfile, **{"uv.lock": lock})

    def parts(*steps: str) -> Setup:
        return locked(top.replace("AS uv", "AS builder") + "".join(steps) + end)

    installed, refused = (
        "fastapi in the images before and after an edit of app.py",
        "a build after `uvicorn==0.54.0` has become `uvicorn==0.53.0` in pyproject.toml, and not in uv.lock",
    )
    exported = (
        f"{top.replace('AS uv', 'AS builder')}{both}RUN uv export --quiet --locked --no-emit-project -o r.txt\n"
        f"FROM {PYTHON}\nWORKDIR /app\nCOPY --from=builder /app/r.txt .\n{PIP} install --quiet --require-hashes -r r.txt\nCOPY app.py .\n"
    )
    prove(
        lesson,
        "05.4",
        start=lambda _client: (harbour / "uv.lock").unlink(),
        solution=parts(both, f"{sync} --locked\n", "COPY app.py .\n"),
        alternatives=[locked(exported)],
        near_misses={
            "everything first": (parts("COPY . .\n", f"{sync} --locked\n"), installed),
            "not locked": (parts(both, f"{sync}\n", "COPY app.py .\n"), refused),
            "frozen": (parts(both, f"{sync} --frozen\n", "COPY app.py .\n"), refused),
            "no code": (parts(both, f"{sync} --locked\n"), "the image built from the Dockerfile"),
        },
    )  # fmt: skip


def test_secret(lesson: LabellingClient, harbour: Path) -> None:
    token = start_chart(harbour).read_text()
    assert start_chart(harbour).read_text() == token
    secret = f"--secret=id=chart,src={harbour / 'token.txt'}"

    def chart(*instructions: str, options: tuple[str, ...] = (secret,)) -> Setup:
        return built("dd-chart", "\n".join((f"FROM {DEBIAN}", *instructions, "")), *options)

    content, places = (
        "file /chart in dd-chart",
        "places with the token in dd-chart: files of any layer, history, configuration",
    )
    mounted = "RUN --mount=type=secret,id=chart sha256sum < /run/secrets/chart > /chart"
    prove(
        lesson,
        "05.5",
        solution=chart(mounted),
        alternatives=[
            chart("RUN --mount=type=bind,source=token.txt,target=/t sha256sum < /t > /chart"),
            chart("COPY token.txt /", "RUN sha256sum token.txt > /chart", f"FROM {DEBIAN}", "COPY --from=0 /chart /"),
            chart(mounted.replace("/run/secrets/chart", "/t").replace("id=chart", "id=chart,target=/t")),
        ],
        near_misses={
            "an argument": (
                chart("ARG TOKEN", "RUN printf %s $TOKEN | sha256sum > /chart", options=(f"--build-arg=TOKEN={token}",)),
                places,
            ),
            "copied and removed": (chart("COPY token.txt /", "RUN sha256sum < token.txt > /chart && rm token.txt"), places),
            "in the environment": (chart(f"ENV TOKEN={token}", "RUN printf %s $TOKEN | sha256sum > /chart"), places),
            "kept by the step": (chart(f"{mounted} && cp /run/secrets/chart /root/.netrc"), places),
            "no secret given": (chart(mounted.replace("<", "2> /dev/null <") + " || : | sha256sum > /chart", options=()), content),
        },
    )  # fmt: skip


def test_platforms(lesson: LabellingClient, harbour: Path) -> None:
    archive = f"--output=type=oci,dest={harbour / 'both.tar'}"
    two = "--platform=linux/amd64,linux/arm64"

    def both(*instructions: str, platform: str = two) -> Setup:
        done = built("", "\n".join((*instructions, "")), platform, archive)
        return lambda client: ((harbour / "both.tar").unlink(missing_ok=True), done(client))

    def saved(client: Any) -> None:
        built("dd-both", f"{builder}\nARG TARGETARCH\n{echo}\n{last}", two)(client)
        typed("docker", "save", "-o", str(harbour / "both.tar"), "dd-both")

    def texts(client: Any) -> None:
        files = {"amd64.txt": "amd64", "arm64.txt": "arm64"}
        built("", "FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH.txt /platform\n", two, archive, **files)(
            client
        )

    builder, echo = f"FROM --platform=$BUILDPLATFORM {DEBIAN} AS builder", "RUN echo $TARGETARCH > /platform"
    last = "FROM scratch\nCOPY --from=builder /platform /\n"
    index = "platforms in the index of work/exercise-05/both.tar"
    native = str(lesson.version()["Arch"])
    other = "arm64" if native == "amd64" else "amd64"
    prove(
        lesson,
        "05.6",
        start=lambda _client: (harbour / "both.tar").unlink(missing_ok=True),
        solution=both(builder, "ARG TARGETARCH", echo, last),
        alternatives=[texts, saved],
        near_misses={
            "one platform": (both(builder, "ARG TARGETARCH", echo, last, platform="--platform=linux/arm64"), index),
            "not asked for": (both(builder, echo, last), "file /platform in the image for linux/amd64"),
            "asked for before FROM": (both("ARG TARGETARCH", builder, echo, last), "file /platform in the image for linux/amd64"),
            "where it is built": (
                both(builder, "ARG BUILDARCH", echo.replace("TARGET", "BUILD"), last), f"file /platform in the image for linux/{other}",
            ),
            "no archive": (lambda _client: (harbour / "both.tar").write_text("both"), index),
        },
    )  # fmt: skip


def test_crew(lesson: LabellingClient, harbour: Path) -> None:
    def repaired(dockerfile: str) -> Setup:
        def build(_client: Any) -> None:
            start_crew(harbour).write_text(dockerfile)
            assert run(harbour, "dd-crew", f"--file={harbour / stages.NAME}").failure is None

        return build

    def venv(base: str = PYTHON, copy: str = "COPY app.py .", user: str = "USER 10001") -> str:
        return (
            f"FROM {PYTHON} AS builder\nRUN python -m venv /venv\nCOPY requirements.txt .\n"
            f"{PIP.replace('pip pip', 'pip /venv/bin/pip')} install --quiet -r requirements.txt\n"
            f'FROM {base}\nCOPY --from=builder /venv /venv\nENV PATH=/venv/bin:$PATH\nWORKDIR /app\n{copy}\n{user}\nCMD ["uvicorn", "app:app"]\n'
        )

    service = "the service on port 8000, in a container from the image"
    script = "COPY --from=builder /usr/local/bin/uvicorn /usr/local/bin/\n"
    faster = stages.START.replace("python:3.13 AS", "python:3.13-slim AS").replace("--no-cache-dir ", "")
    unowned = faster.replace("--chown=appuser:appgroup ", "")
    module = unowned.replace('"uvicorn",', '"python", "-m", "uvicorn",')
    prove(
        lesson,
        "05.7",
        start=repaired(faster),
        solution=repaired(venv()),
        alternatives=[
            repaired(unowned.replace("COPY . .", f"{script}COPY . .")),
            repaired(
                unowned.replace("pip install", "pip install --prefix /install").replace(
                    "/usr/local/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages", "/install /usr/local"
                )
            ),
        ],
        near_misses={
            "as it was": (repaired(faster), service),
            "started as a module": (repaired(module), "the program uvicorn, for whoever is in the container"),
            "root": (repaired(venv(user="")), "user number of the Python process"),
            "given the code": (
                repaired(venv(copy="COPY --chown=10001 app.py .")), "the file app.py, for the user of the service",
            ),
            "on the large base": (repaired(venv(base=LARGE)), "a compiler in a container from dd-crew"),
            "the venv elsewhere": (
                repaired(venv().replace("/venv /venv", "/venv /opt/venv").replace("PATH=/venv", "PATH=/opt/venv")), service,
            ),
        },
    )  # fmt: skip


def test_a_changed_crew_file_moves_aside(harbour: Path) -> None:
    file = start_crew(harbour)
    assert start_crew(harbour) == file and file.read_text() == stages.START
    file.write_text("FROM scratch\n")
    start_crew(harbour)
    assert file.read_text() == stages.START
    assert (harbour / "crew.old-1.Dockerfile").read_text() == "FROM scratch\n"
