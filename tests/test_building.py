"""Builds with BuildKit as a lesson shows them: steps, warnings, and why one failed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import drydock
from drydock import images
from drydock.building import build, log, run
from drydock.client import LabellingClient, connect
from drydock.engine import program

DEBIAN = "debian:trixie-slim"


@pytest.fixture(scope="module", autouse=True)
def engine(client: LabellingClient) -> Iterator[LabellingClient]:
    connected = connect("test", quiet=True)
    images.need(connected, DEBIAN)
    yield connected
    drydock.clean(connected)
    connected.close()


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "context"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("instructions", "number", "reason", "output"),
    [
        ("RUNN echo", 2, "unknown instruction: RUNN (did you mean RUN?)", ()),
        ("RUN --mount=type=rope true", 2, 'unsupported mount type "rope"', ()),
        ("COPY nothing /", 2, "nothing", ()),
        ("ENV one", 2, "ENV", ()),
        ("RUN true\nRUN echo deep water && exit 7", 3, "exit code: 7", ("deep water",)),
    ],
)
def test_a_mistake_is_shown_with_its_line_and_the_reason(
    context: Path,
    instructions: str,
    number: int,
    reason: str,
    output: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    (context / "Dockerfile").write_text(f"FROM {DEBIAN}\n{instructions}\n")
    build(context, "dd-mistake")
    said = capsys.readouterr().out
    line = instructions.splitlines()[-1]
    assert f"Failed in line {number}: {line}\n" in said
    assert reason in said.splitlines()[-1] and said.splitlines()[-1].startswith("Reason: ")
    assert all(f"\n{text}\n" in said for text in output)
    assert "Traceback" not in said


def test_a_dockerfile_that_is_missing_or_empty(context: Path) -> None:
    missing = run(context).failure
    assert missing is not None and missing.number == 0 and "no such file" in missing.reason
    (context / "Dockerfile").touch()
    empty = run(context).failure
    assert empty is not None and "empty" in empty.reason


def test_a_socket_and_links_in_a_circle_stop_no_build(
    context: Path, engine: LabellingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    (context / "Dockerfile").write_text(f"FROM {DEBIAN}\nCOPY . /context/\n")
    (context / "folder").mkdir()
    (context / "folder" / "up").symlink_to("..")
    (context / "a").symlink_to("b")
    (context / "b").symlink_to("a")
    monkeypatch.chdir(context)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("sock")
        assert run(context, "dd-odd").failure is None
    found = engine.containers.run("dd-odd", ["ls", "-A", "/context"], remove=True).decode().split()
    assert {*found} - {"sock"} == {"Dockerfile", "a", "b", "folder"}  # not every builder sends a socket
    (context / "Dockerfile").write_text(f"FROM {DEBIAN}\nCOPY a /\n")
    circle = run(context).failure
    assert circle is not None and (circle.number, "too many" in circle.reason) == (2, True)


def test_a_large_file_is_named_before_it_is_sent(context: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (context / "Dockerfile").write_text(f"FROM {DEBIAN}\nCOPY Dockerfile /\n")
    (context / "data").mkdir()
    with (context / "data" / "sea.bin").open("wb") as file:
        file.truncate(10**9)
    build(context)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Warning: data/sea.bin has 1.0 GB") and ".dockerignore" in said[0]
    assert said[1] == "$ docker buildx build work/context"
    (context / ".dockerignore").write_text("# large\ndata/*.bin\n")
    (context / "Dockerfile").write_text(f"FROM {DEBIAN}\nCOPY . /all/\n")
    build(context)
    assert "Warning" not in capsys.readouterr().out
    (context / "Other.dockerignore").write_text("!data\n")
    (context / "Other").write_text(f"FROM {DEBIAN}\nCOPY Dockerfile /\n")
    build(context, f"--file={context / 'Other'}")
    assert "Warning: data/sea.bin" in capsys.readouterr().out


def test_steps_come_in_the_order_of_the_dockerfile() -> None:
    text = """\
#5 [stage-1 2/3] RUN   two
#5 DONE 0.1s
#7 [builder 2/2] RUN one
#7 CACHED
#8 [linux/amd64->arm64 builder 2/2] RUN one
#8 DONE 0.2s
#9 [stage-1 3/3] RUN three
#9 ERROR: no
"""
    dockerfile = "FROM a AS builder\nRUN one\nFROM b\nRUN two\nRUN three\n"
    assert [str(step) for step in log.steps(text, dockerfile)] == [
        "cached [builder] RUN one",
        "ran    [linux/amd64->arm64 builder] RUN one",
        "ran    [stage-1] RUN two",
    ]


def test_without_buildx_the_classic_builder_knows_stages_and_says_what_it_does_not(
    context: Path, tmp_path: Path, client: LabellingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A learner's own docker command without the plugin, on the same engine."""
    docker = program.from_rootfs("usr/bin/docker")
    script = tmp_path / "docker"
    script.write_text(f'#!/bin/sh\nexec {" ".join(docker)} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DRYDOCK_ENGINE", client.engine.url)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "config"))
    (context / "Dockerfile").write_text(
        f"FROM {DEBIAN} AS one\nRUN touch /there\nFROM {DEBIAN}\nCOPY --from=one /there /\n"
    )
    done = run(context, "dd-classic")
    assert done.failure is None and "no buildx here" in str(done)
    (context / "Dockerfile").write_text(f"FROM {DEBIAN}\nRUN --mount=type=secret,id=token true\n")
    refused = run(context).failure
    assert refused is not None and "BuildKit" in refused.reason
