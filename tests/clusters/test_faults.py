"""What goes wrong in the middle of a lesson, and what is said and done about it."""

from __future__ import annotations

import time

import pytest
from kubernetes.client import CoreV1Api, CustomObjectsApi, NetworkingV1Api, RbacAuthorizationV1Api
from kubernetes.client.exceptions import ApiException

import drydock
from drydock import session
from drydock.client import LabellingClient
from drydock.clusters import ClusterClient, client, ending, names, scope
from drydock.errors import DrydockError
from drydock.waiting import patient, wait_until
from tests.clusters.conftest import PYTHON, Place

pytestmark = pytest.mark.cluster


def running(engine: LabellingClient, component: str) -> list[str]:
    """Return the process ids of a component of the node."""
    script = """for process in /proc/[0-9]*; do
        first=$(tr '\\0' '\\n' <"$process/cmdline" 2>/dev/null | head -n 1)
        [ "${first##*/}" != "$1" ] || echo "${process#/proc/}"
    done"""
    said = engine.containers.get(names.NAME).exec_run(["sh", "-c", script, "-", component]).output
    return bytes(said).decode().split()


@pytest.mark.parametrize("component", ["kube-scheduler", "kube-controller-manager", "containerd", "kubelet"])
def test_a_component_that_is_killed_comes_back(place: Place, component: str) -> None:
    engine = place.cluster.engine
    assert engine is not None
    # One that starts a program looks like two until its child has become that.
    (old,) = patient(lambda: running(engine, component), 10, lambda found: len(found) == 1)
    code, said = engine.containers.get(names.NAME).exec_run(["sh", "-c", f"kill -9 {old}"])
    assert code == 0, said
    wait_until(lambda: set(running(engine, component)) - {old}, f"a new {component}")
    name = f"after-{component}"
    wait_until(lambda: _pod(place, name), "a Pod can be made")
    assert place.python(name, "print(6 * 7)").strip() == "42"


def _pod(place: Place, name: str) -> bool:
    """Make a Pod; where the controller manager has just been killed, the service account may take a moment."""
    try:
        place.pod(name)
    except ApiException as error:
        if error.status not in (403, 409, 500):
            raise
        return False
    return True


def test_an_api_server_that_does_not_answer(cluster: ClusterClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CONNECT", 2.0)
    monkeypatch.setattr(client, "ANSWER", 2.0)
    assert cluster.engine is not None
    container = cluster.engine.containers.get(names.NAME)
    container.pause()
    begun = time.monotonic()
    expected = r"does not answer at https://127\.0\.0\.1:\d+: .*\n.*state is: paused\.\nHint: drydock\.cluster\(\) mends"
    with pytest.raises(DrydockError, match=expected):
        CoreV1Api(cluster).list_namespace()
    assert time.monotonic() - begun < 15
    with drydock.cluster(quiet=True) as mended:
        assert CoreV1Api(mended).list_node().items
    assert CoreV1Api(cluster).list_node().items  # the old client, too
    ending.stop(cluster.engine)
    with pytest.raises(DrydockError, match=r"\n.*state is: exited"):
        CoreV1Api(cluster).list_namespace()
    with drydock.cluster(quiet=True) as mended:
        assert CoreV1Api(mended).list_node().items


def test_an_image_that_the_engine_does_not_have(cluster: ClusterClient) -> None:
    with pytest.raises(DrydockError, match=r"no image dd-nowhere:1.*\nThe cluster was not changed"):
        cluster.load("dd-nowhere:1")


def test_a_node_whose_disk_is_full(cluster: ClusterClient, client: LabellingClient) -> None:
    """A worker's data lies on a disk that is too small for an image: it is said, and the cluster goes on."""
    name = names.worker(1)
    engine = cluster.engine
    assert engine is not None
    ending.remove_node(engine, name)
    # Of the tests' session, not the cluster's: so it is taken as it is, and not made anew.
    small = {"type": "tmpfs", "device": "tmpfs", "o": "size=120m"}
    volume = client.volumes.create(names.volume(name), driver_opts=small)
    try:
        drydock.cluster(workers=1, quiet=True)
        with pytest.raises(
            DrydockError, match=rf"{name} did not take the image.*(?i:no space).*\n.*\nHint: .*df -h /var"
        ):
            cluster.load(PYTHON)
        assert "dd-cluster" in [node.metadata.name for node in CoreV1Api(cluster).list_node().items]
    finally:
        ending.remove_node(engine, name)
        volume.remove()
        CoreV1Api(cluster).delete_node(name)


def test_a_namespace_that_is_somebody_elses(cluster: ClusterClient) -> None:
    with pytest.raises(DrydockError, match=r"namespace kube-system that is not yours\.\nIt was not changed"):
        cluster.namespace("kube-system")
    core = CoreV1Api(cluster)
    core.create_namespace({"metadata": {"name": "theirs"}})
    try:
        with pytest.raises(DrydockError, match="namespace theirs that is not yours"):
            cluster.namespace("theirs")
        mine = cluster.namespace("dd-mine", {"team": "a"})
        assert mine.metadata.labels["team"] == "a" and mine.metadata.labels["dev.drydock.lesson"] == "test"
        assert drydock.clean(cluster).removed["namespaces"] >= 1
        left = [one.metadata.name for one in core.list_namespace().items]
        assert "theirs" in left and "dd-mine" not in left
        assert cluster.namespace("dd-mine").status.phase == "Active"
        drydock.clean(cluster)
    finally:
        core.delete_namespace("theirs")


def test_what_is_in_no_namespace_goes_with_the_lesson(cluster: ClusterClient) -> None:
    rights, custom = RbacAuthorizationV1Api(cluster), CustomObjectsApi(cluster)
    mine = {"labels": session.labels(cluster.lesson)}
    rule = {"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]}
    rights.create_cluster_role({"metadata": {"name": "dd-theirs"}, "rules": [rule]})
    try:
        rights.create_cluster_role({"metadata": {"name": "dd-mine", **mine}, "rules": [rule]})
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "dd-mine"}
        rights.create_cluster_role_binding({"metadata": {"name": "dd-mine", **mine}, "roleRef": role})
        controller = {"spec": {"controller": "example.org/none"}}
        NetworkingV1Api(cluster).create_ingress_class({"metadata": {"name": "dd-mine", **mine}, **controller})
        # The course's cluster has the Gateway API.
        gateway_class = {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "GatewayClass",
            "metadata": {"name": "dd-mine", **mine},
        }
        custom.create_cluster_custom_object(
            *scope.GATEWAY_CLASSES, {**gateway_class, "spec": {"controllerName": "example.org/none"}}
        )
        assert drydock.clean(cluster).removed["cluster-scoped objects"] == 4
        names = [one.metadata.name for one in rights.list_cluster_role().items]
        assert "dd-theirs" in names and "dd-mine" not in names
        assert not custom.list_cluster_custom_object(*scope.GATEWAY_CLASSES)["items"]
    finally:
        rights.delete_cluster_role("dd-theirs")


def test_a_nodeport_that_is_not_published(cluster: ClusterClient) -> None:
    with pytest.raises(DrydockError, match=r"31999 does not lead.*\n.*\nHint: .*30080 to 30089"):
        cluster.port(31999)
