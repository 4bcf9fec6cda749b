"""It is a real cluster: what a lesson needs of one works."""

from __future__ import annotations

import contextlib
import errno
import io
import re
import subprocess
import time
import urllib.request
import uuid

import pytest
from kubernetes.client import AppsV1Api, CustomObjectsApi, NetworkingV1Api, StorageV1Api
from kubernetes.client.exceptions import ApiException

from drydock.checks.kube import SeeCluster
from drydock.client import LabellingClient
from drydock.clusters import loading
from drydock.waiting import wait_until
from tests.clusters.conftest import PYTHON, SERVE, Place, kubectl

pytestmark = pytest.mark.cluster
NODE_PORT = 30085


@pytest.fixture(scope="module")
def web(place: Place) -> str:
    """A Deployment of two web servers, and a Service of type NodePort before them; gives its name."""
    labels = {"app": "web"}
    container = {
        "name": "main", "image": PYTHON, "imagePullPolicy": "Never", "command": ["python", "-u", "-c", SERVE],
        "readinessProbe": {"httpGet": {"port": 8000}, "periodSeconds": 1},
    }  # fmt: skip
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [container], "terminationGracePeriodSeconds": 0},
    }
    apps = AppsV1Api(place.cluster)
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    apps.create_namespaced_deployment(place.name, {"metadata": {"name": "web"}, "spec": spec})
    ports = [{"port": 80, "targetPort": 8000, "nodePort": NODE_PORT}]
    service = {"type": "NodePort", "selector": labels, "ports": ports}
    place.core.create_namespaced_service(place.name, {"metadata": {"name": "web"}, "spec": service})
    wait_until(
        lambda: apps.read_namespaced_deployment("web", place.name).status.ready_replicas == 2,
        "both servers are ready",
    )
    return "web"


@pytest.fixture(scope="module")
def probe(place: Place) -> str:
    place.pod("probe", labels={"app": "probe"})
    return "probe"


def test_services_and_dns(place: Place, web: str, probe: str) -> None:
    wait_until(
        lambda: place.reaches(probe, f"http://{web}.{place.name}.svc.cluster.local"), "the Service answers"
    )
    assert place.reaches(probe, f"http://{web}")
    found = place.python(probe, f"import socket; print(socket.gethostbyname('{web}'))").strip()
    assert found == place.core.read_namespaced_service(web, place.name).spec.cluster_ip


def test_a_port_that_no_service_has_is_refused(place: Place, web: str, probe: str) -> None:
    """At once: the request does not leave the node for a network where somebody else may have that address."""
    address = place.core.read_namespaced_service(web, place.name).spec.cluster_ip
    code = f"import socket; print(socket.socket().connect_ex(('{address}', 81)))"
    assert place.python(probe, code).strip() == str(errno.ECONNREFUSED)


def test_a_nodeport_on_this_computer(place: Place, web: str) -> None:
    address = place.cluster.port(NODE_PORT)

    def answers() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{address}", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    wait_until(answers, "the NodePort answers")


def test_exec_and_logs(place: Place) -> None:
    place.pod("talks", "import time; print('hello'); time.sleep(3600)")
    wait_until(lambda: place.core.read_namespaced_pod_log("talks", place.name) == "hello\n", "the Pod's log")
    assert sorted(place.run("talks", "sh", "-c", "echo out; echo err >&2").split()) == ["err", "out"]
    assert kubectl("-n", place.name, "exec", "talks", "--", "hostname") == "talks\n"


def test_port_forward(place: Place, web: str) -> None:
    command = ["kubectl", "-n", place.name, "port-forward", f"service/{web}", ":80"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as forwarding:
        assert forwarding.stdout is not None
        try:
            found = re.search(r"127\.0\.0\.1:\d+", forwarding.stdout.readline())
            assert found is not None
            with urllib.request.urlopen(f"http://{found[0]}", timeout=5) as answer:
                assert answer.status == 200
        finally:
            forwarding.terminate()


def test_metrics(place: Place, probe: str) -> None:
    custom = CustomObjectsApi(place.cluster)

    def metrics() -> list[dict[str, object]]:
        try:
            found = custom.list_namespaced_custom_object("metrics.k8s.io", "v1beta1", place.name, "pods")
        except ApiException as error:
            if error.status != 503:  # the metrics server is not ready yet
                raise
            return []
        return [one for one in found["items"] if one["metadata"]["name"] == probe]

    [one] = wait_until(metrics, "the probe's metrics", 90)
    [container] = one["containers"]  # type: ignore[misc]
    assert container["usage"]["memory"].endswith("Ki")  # type: ignore[index]
    assert "dd-cluster" in kubectl("top", "nodes")


def test_a_volume_outlives_its_pod(place: Place) -> None:
    [default] = [
        one for one in StorageV1Api(place.cluster).list_storage_class().items
        if (one.metadata.annotations or {}).get("storageclass.kubernetes.io/is-default-class") == "true"
    ]  # fmt: skip
    assert default.metadata.name == "local-path"
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Mi"}}}
    place.core.create_namespaced_persistent_volume_claim(
        place.name, {"metadata": {"name": "hold"}, "spec": claim}
    )
    volumes = {"volumes": [{"name": "hold", "persistentVolumeClaim": {"claimName": "hold"}}]}
    mounted = {"volumeMounts": [{"name": "hold", "mountPath": "/hold"}]}
    place.pod("writes", container=mounted, **volumes)
    place.python("writes", "open('/hold/cargo', 'w').write('tea')")
    place.core.delete_namespaced_pod("writes", place.name, grace_period_seconds=0)
    place.pod("reads", container=mounted, **volumes)
    assert place.python("reads", "print(open('/hold/cargo').read())").strip() == "tea"


def test_an_ephemeral_container_sees_the_pods_processes(place: Place) -> None:
    place.pod("bare", SERVE)
    look = "import pathlib; print([p.read_text() for p in pathlib.Path('/proc').glob('[0-9]*/cmdline')])"
    added = {
        "name": "look", "image": PYTHON, "imagePullPolicy": "Never", "targetContainerName": "main",
        "command": ["python", "-c", look],
    }  # fmt: skip
    place.core.patch_namespaced_pod_ephemeralcontainers(
        "bare", place.name, {"spec": {"ephemeralContainers": [added]}}
    )

    def ended() -> bool:
        states = place.core.read_namespaced_pod("bare", place.name).status.ephemeral_container_statuses or []
        return bool(states) and states[0].state.terminated is not None

    wait_until(ended, "the ephemeral container's end")
    assert "ThreadingHTTPServer" in place.core.read_namespaced_pod_log("bare", place.name, container="look")


def test_network_policies(place: Place, probe: str) -> None:
    server = place.pod("walled", SERVE, labels={"app": "walled"})
    stranger = "stranger"
    place.pod(stranger, labels={"app": "stranger"})
    url = f"http://{server.status.pod_ip}:8000"
    networking = NetworkingV1Api(place.cluster)
    chosen = {"podSelector": {"matchLabels": {"app": "walled"}}, "policyTypes": ["Ingress"]}

    def seen() -> tuple[bool, bool]:
        return place.reaches(probe, url), place.reaches(stranger, url)

    wait_until(lambda: seen() == (True, True), "both reach it")
    networking.create_namespaced_network_policy(place.name, {"metadata": {"name": "closed"}, "spec": chosen})
    wait_until(lambda: seen() == (False, False), "nobody reaches it")
    rule = {"from": [{"podSelector": {"matchLabels": {"app": "probe"}}}], "ports": [{"port": 8000}]}
    allowing = {**chosen, "ingress": [rule]}
    networking.create_namespaced_network_policy(place.name, {"metadata": {"name": "open"}, "spec": allowing})
    wait_until(lambda: seen() == (True, False), "one reaches it")
    for name in ("closed", "open"):
        networking.delete_namespaced_network_policy(name, place.name)
    wait_until(lambda: seen() == (True, True), "both reach it again")


def test_an_image_that_was_just_built(
    place: Place, client: LabellingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = f"dd-test-cargo:{uuid.uuid4().hex[:8]}"  # what a cluster has once, it keeps

    def build(cargo: str) -> None:
        client.images.build(fileobj=io.BytesIO(f"FROM {PYTHON}\nENV CARGO={cargo}\n".encode()), tag=tag)

    def waits_for() -> str:
        states = place.core.read_namespaced_pod("cargo", place.name).status.container_statuses or []
        return str(states[0].state.waiting.reason) if states and states[0].state.waiting else ""

    build("tea")
    image = {"container": {"image": tag}}
    place.pod("cargo", wait=False, **image)
    wait_until(lambda: waits_for() == "ErrImageNeverPull", "the image is missed")
    begun = time.monotonic()
    place.cluster.load(tag)
    print(f"loading: {time.monotonic() - begun:.1f} s")
    assert time.monotonic() - begun < 15
    place.pod("loaded", **image)
    assert place.python("loaded", "import os; print(os.environ['CARGO'])").strip() == "tea"
    with monkeypatch.context() as patched:
        patched.setattr(loading, "_import", lambda *_given: pytest.fail("a node has it"))
        place.cluster.load(tag)
    build("coffee")
    place.cluster.load(tag)
    place.pod("fresh", **image)
    assert place.python("fresh", "import os; print(os.environ['CARGO'])").strip() == "coffee"


@pytest.mark.parametrize(("image", "name"), [
    ("shop:1", "docker.io/library/shop:1"), ("shop", "docker.io/library/shop:latest"),
    ("team/shop:1", "docker.io/team/shop:1"), ("127.0.0.1:5000/shop", "127.0.0.1:5000/shop:latest"),
    ("localhost/shop:2", "localhost/shop:2"), ("ghcr.io/team/shop:1", "ghcr.io/team/shop:1"),
])  # fmt: skip
def test_an_images_full_name(image: str, name: str) -> None:
    assert loading.reference(image) == name


def test_a_check_sees_the_exit_code(place: Place, probe: str) -> None:
    see = SeeCluster(place.cluster, "test")
    code, said = see.exec(probe, ["sh", "-c", "echo aye; echo nay >&2; exit 7"])
    assert code == 7 and sorted(said.split()) == ["aye", "nay"]  # two streams, in no order
    assert see.exec(probe, ["true"]) == (0, "")
    assert see.exec(probe, ["no-such-program"])[0] == 127
