"""Which engine is chosen, and what is said when it can't be used."""

from __future__ import annotations

import json
import re
import socketserver
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest

from drydock.engine import doctor, lookup, microvm, native, own, probes
from drydock.engine.probes import Probe
from drydock.errors import DrydockError
from tests.engine.conftest import as_nobody


@pytest.fixture(autouse=True)
def no_own_docker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A learner who has no Docker of their own, whatever this machine has."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", lookup.SETTING):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setattr(own, "DEFAULT", Path("/nonexistent/docker.sock"))


class Answer(BaseHTTPRequestHandler):
    """An engine that is only its version: an old Docker and Podman can't be had everywhere."""

    version: ClassVar[dict[str, object]] = {}

    def do_GET(self) -> None:
        body = json.dumps(self.version).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Api-Version", str(self.version["ApiVersion"]))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    def address_string(self) -> str:
        return "unix"


@pytest.fixture
def answering() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield from serving(Path(folder) / "fake.sock")


def serving(path: Path) -> Iterator[str]:
    with socketserver.ThreadingUnixStreamServer(str(path), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"unix://{path}"
        server.shutdown()


def test_an_unknown_setting_names_the_known_ones() -> None:
    with pytest.raises(
        DrydockError, match=r"DRYDOCK_ENGINE=dockre is not.*\n.*\nHint: use docker.*native.*URL"
    ):
        lookup.find("dockre")


def test_own_docker_asked_for_and_absent() -> None:
    with pytest.raises(DrydockError, match="asks for your own Docker, and none answers"):
        lookup.find("docker")


def test_an_engine_that_is_too_old(answering: str) -> None:
    Answer.version = {"ApiVersion": "1.39", "Version": "18.09"}
    with pytest.raises(DrydockError, match=r"speaks API 1.39; the course needs 1.40"):
        lookup.find(answering).client()


def test_podman_behind_the_socket(answering: str) -> None:
    Answer.version = {"ApiVersion": "1.41", "Version": "5.4", "Components": [{"Name": "Podman Engine"}]}
    with pytest.raises(DrydockError, match="Podman answers at"):
        lookup.find(answering).client()


def test_nothing_at_the_address(tmp_path: Path) -> None:
    with pytest.raises(DrydockError, match=r"No Docker Engine answers at unix://.*no such file"):
        lookup.find(f"unix://{tmp_path}/none.sock").client()


def test_a_context_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "nowhere")
    with pytest.raises(DrydockError, match="context nowhere does not exist"):
        lookup.find()


def test_a_socket_without_permission(answering: str, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = Path(answering.removeprefix("unix://"))
    socket.chmod(0o600)
    monkeypatch.setattr(own, "DEFAULT", socket)
    said = as_nobody(lambda: print(lookup.find()))
    assert "this user may not open it" in said
    assert "Hint: add yourself to its group" in said


def test_no_root_and_no_docker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing can be installed, and nothing is: neither engine of ours can be started, and both say why."""
    monkeypatch.setattr(native, "running", lambda: False)
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    said = as_nobody(lambda: print(lookup.find()))
    assert "a private one can't be started: you are not root" in said
    assert "An emulated machine, microvm, can't be started either: QEMU is not installed." in said
    assert "Hint: install the packages qemu-system-x86 qemu-utils; or install Docker Desktop" in said


def test_native_is_chosen_by_probes_not_by_being_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "running", lambda: False)
    monkeypatch.setattr(probes, "TRY_NAMESPACES", "sh -c false")
    monkeypatch.setattr(microvm, "start", lambda: None)
    monkeypatch.setattr(microvm, "tls", lambda: None)
    monkeypatch.setattr(microvm, "probes", lambda: [Probe("QEMU", True, "installed")])
    found = lookup.find()
    assert found.kind == "microvm"
    assert found.why == "there is no Docker of yours, and native can't work: refused"
    monkeypatch.setattr(microvm, "probes", lambda: [Probe("QEMU", False, "QEMU is gone", "get it")])
    with pytest.raises(
        DrydockError, match=r"can't be started: refused.*\n.*QEMU is gone.*\nHint: get it; or install"
    ):
        lookup.find()
    with pytest.raises(
        DrydockError,
        match=r"can't be started: refused.*\nNothing was started.\nHint: set DRYDOCK_ENGINE=microvm",
    ):
        lookup.find("native")


def test_doctor_says_which_engine_and_why() -> None:
    report = doctor.report()
    assert "connect() would use native, as " in report
    assert re.search(r"^    +KVM: ", report, re.M)
    assert len(report.splitlines()) < 32
