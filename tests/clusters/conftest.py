"""The course's cluster, and Pods in a namespace of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes.client import CoreV1Api
from kubernetes.stream import stream

import drydock
from drydock import images
from drydock.client import LabellingClient
from drydock.clusters import ClusterClient, ending
from drydock.clusters.engine import labelling, nodes
from drydock.waiting import wait_until

PYTHON = "python:3.13-slim"
SERVE = (
    "import http.server as h; h.ThreadingHTTPServer(('', 8000), h.SimpleHTTPRequestHandler).serve_forever()"
)
IDLE = "import time; time.sleep(3600)"


class Place:
    """A namespace of the tests, and what is done there."""

    def __init__(self, cluster: ClusterClient, name: str) -> None:
        self.cluster, self.name, self.core = cluster, name, CoreV1Api(cluster)

    def pod(
        self,
        name: str,
        program: str = IDLE,
        labels: dict[str, str] | None = None,
        wait: bool = True,
        **spec: Any,
    ) -> Any:
        """Start a Pod that runs a Python program, and return it when it is ready, or as it is."""
        container = {"name": "main", "image": PYTHON, "imagePullPolicy": "Never"} | spec.pop("container", {})
        container["command"] = ["python", "-u", "-c", program]
        body = {"terminationGracePeriodSeconds": 0, "containers": [container], **spec}
        self.core.create_namespaced_pod(
            self.name, {"metadata": {"name": name, "labels": labels or {}}, "spec": body}
        )
        if wait:
            self.until(name, "Running")
        return self.core.read_namespaced_pod(name, self.name)

    def until(self, name: str, phase: str) -> None:
        """Wait until a Pod is in a phase."""
        wait_until(
            lambda: self.core.read_namespaced_pod(name, self.name).status.phase == phase, f"{name} {phase}"
        )

    def run(self, pod: str, *command: str) -> str:
        """Return what a command in a Pod prints, both streams."""
        socket = stream(
            self.core.connect_get_namespaced_pod_exec, pod, self.name, command=[*command],
            stdout=True, stderr=True, stdin=False, tty=False, _preload_content=False,
        )  # fmt: skip
        try:
            socket.run_forever(timeout=20)
            return str(socket.read_all())
        finally:
            socket.close()

    def python(self, pod: str, program: str) -> str:
        """Return what a Python program in a Pod prints."""
        return self.run(pod, "python", "-c", program)

    def reaches(self, pod: str, url: str) -> bool:
        """Tell whether a Pod gets an answer from a server within 2 s."""
        program = f"import urllib.request as u; print(u.urlopen({url!r}, timeout=2).status)"
        return self.python(pod, program).strip() == "200"


def kubectl(*arguments: str) -> str:
    """Return what kubectl prints, as a learner runs it."""
    done = subprocess.run(["kubectl", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def notebook(code: str, **env: str) -> subprocess.Popen[str]:
    """Start a Python program as another notebook would: a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **env}
    )  # fmt: skip


@pytest.fixture(scope="module")
def cluster(client: LabellingClient) -> Iterator[ClusterClient]:
    """The course's cluster, which has Python's image."""
    images.need(client, PYTHON)
    with drydock.cluster(quiet=True) as started:
        started.load(PYTHON)
        yield started


@pytest.fixture(scope="module")
def place(cluster: ClusterClient) -> Iterator[Place]:
    """A namespace, removed in the end."""
    cluster.namespace("dd-test")
    yield Place(cluster, "dd-test")
    done = drydock.clean(cluster)
    assert not done.kept, done


@pytest.fixture
def none(client: LabellingClient, before: set[str]) -> Iterator[LabellingClient]:
    """An engine without a cluster. One that was there before the tests is somebody's, and is left alone."""
    if "container dd-cluster" in before:
        pytest.skip("a cluster was there before the tests; it is not removed for them")
    engine = labelling()
    ending.remove(engine)
    assert not nodes(engine)
    yield engine
    engine.close()
