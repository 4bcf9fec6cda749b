"""Which cluster is used: the learner's own are never contacted, unless they name one."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from drydock.clusters import ClusterClient, access, contexts, troubles
from drydock.engine import paths
from drydock.errors import DrydockError
from tests.clusters.conftest import notebook


class Production:
    """A server that counts who connects, and a kubeconfig whose current context it is."""

    def __init__(self, folder: Path) -> None:
        self.contacts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.kubeconfig = folder / "config"
        server = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": "production",
            "contexts": [{"name": "production", "context": {"cluster": "prod", "user": "admin", "namespace": "shop"}}],
            "clusters": [{"name": "prod", "cluster": {"server": server, "certificate-authority": "ca.crt"}}],
            "users": [{"name": "admin", "user": {"token": "secret"}}],
        }  # fmt: skip
        self.kubeconfig.write_text(yaml.safe_dump(config))
        (folder / "ca.crt").write_text("")
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _peer = self.listener.accept()
                self.contacts += 1
                connection.close()


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Production]:
    made = Production(tmp_path)
    yield made
    made.listener.close()


USE = """
import subprocess, drydock, kubernetes
cluster = drydock.cluster()
print([node.metadata.name for node in kubernetes.client.CoreV1Api(cluster).list_node().items])
print(subprocess.run(["kubectl", "get", "nodes", "-o", "name"], capture_output=True, text=True, check=True).stdout)
"""


@pytest.mark.cluster
def test_the_learners_kubeconfig_is_not_used(cluster: ClusterClient, production: Production) -> None:
    before = production.kubeconfig.read_bytes()
    with notebook(USE, KUBECONFIG=str(production.kubeconfig)) as user:
        said, complaints = user.communicate()
    assert user.returncode == 0, complaints
    assert "the course's own" in said and "node/dd-cluster" in said
    assert production.contacts == 0
    assert production.kubeconfig.read_bytes() == before


@pytest.mark.cluster
def test_a_context_that_is_named_is_used(cluster: ClusterClient, production: Production) -> None:
    settings = {"KUBECONFIG": str(production.kubeconfig), contexts.SETTING: "production"}
    with notebook(USE, **settings) as user:
        said, complaints = user.communicate()
    assert user.returncode != 0
    assert production.contacts > 0, said + complaints


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "home", lambda: tmp_path / "home")
    return tmp_path


def test_the_named_context_alone_is_taken_along(
    home: Path, production: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"name": "staging", "context": {"cluster": "prod", "user": "nobody"}}
    config = yaml.safe_load(production.kubeconfig.read_text())
    config["contexts"].append(other)
    production.kubeconfig.write_text(yaml.safe_dump(config))
    monkeypatch.setenv("KUBECONFIG", f"{home}/missing:{production.kubeconfig}")
    taken = contexts.extract("production")
    assert taken == access.folder() / "context"
    assert taken.stat().st_mode & 0o777 == 0o600
    alone = yaml.safe_load(taken.read_text())
    assert [entry["name"] for entry in alone["contexts"]] == ["production"]
    assert alone["current-context"] == "production"
    assert alone["clusters"][0]["cluster"]["certificate-authority"] == str(home / "ca.crt")
    assert alone["users"][0]["user"] == {"token": "secret"}
    assert yaml.safe_load(contexts.extract("staging").read_text())["users"] == []
    assert production.contacts == 0


def test_a_context_that_is_not_there(
    home: Path, production: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(production.kubeconfig))
    with pytest.raises(
        DrydockError, match=r"names no context.*\nNothing was started.*\nHint: there are: production;"
    ):
        contexts.extract("prod")
    assert not contexts.path().exists()


@pytest.mark.parametrize(("server", "package", "warned"), [
    ("1.37.2", "37.0.2", False), ("1.36.4", "37.0.2", False), ("1.38.0", "37.0.2", False),
    ("1.35.9", "37.0.2", True), ("1.39.0+k3s1", "37.0.2", True),
])  # fmt: skip
def test_a_cluster_of_another_version_than_the_client(server: str, package: str, warned: bool) -> None:
    warning = troubles.skew(server, package)
    assert (warning is not None) == warned
    if warning:
        assert "supported are 1.36 to 1.38" in warning and "\n" not in warning
