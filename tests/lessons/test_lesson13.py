"""Lesson 13's tasks, each proved both ways, and its picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes.client import (
    ApiClient,
    AppsV1Api,
    CoreV1Api,
    CustomObjectsApi,
    DiscoveryV1Api,
    NetworkingV1Api,
    RbacAuthorizationV1Api,
)
from kubernetes.client.exceptions import ApiException

from drydock import images
from drydock.checks import kube
from drydock.checks.lesson13 import (
    controller,
    inlet,
    lamp,
    mooring,
    oars,
    sluice,
    start_controller,
    start_inlet,
    start_lamp,
    start_mooring,
    start_oars,
    start_sluice,
    start_winch,
    winch,
)
from drydock.checks.lesson13.making import NAMESPACE, Manifest, available, deployment, make, pod, service
from drydock.client import connect
from drydock.figures import shares
from drydock.waiting import wait_until
from tests.harness import Setup, cluster_of, prove, swept, typed

pytestmark = pytest.mark.cluster
GATEWAYS = (controller.GATEWAYS, "v1", NAMESPACE)


@pytest.fixture(scope="module")
def lesson() -> Iterator[ApiClient]:
    with cluster_of("13") as cluster:
        client = connect("13", quiet=True)
        images.need(client, controller.IMAGE)
        client.close()
        cluster.load(controller.IMAGE)
        yield cluster


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is never going to be right is not waited for as long."""
    monkeypatch.setattr(kube, "PATIENCE", 5.0)


def cleared(cluster: Any) -> None:
    """Remove what the tasks are about, from the top down, and leave the namespace: to remove that takes longer."""
    apps, core, custom = AppsV1Api(cluster), CoreV1Api(cluster), CustomObjectsApi(cluster)
    apps.delete_collection_namespaced_deployment(NAMESPACE)
    apps.delete_collection_namespaced_replica_set(NAMESPACE)
    for found in core.list_namespaced_service(NAMESPACE).items:
        core.delete_namespaced_service(found.metadata.name, NAMESPACE)
    DiscoveryV1Api(cluster).delete_collection_namespaced_endpoint_slice(NAMESPACE)
    NetworkingV1Api(cluster).delete_collection_namespaced_ingress(NAMESPACE)
    for kind in ("httproutes", "gateways"):
        custom.delete_collection_namespaced_custom_object(*GATEWAYS, kind)
    rights = RbacAuthorizationV1Api(cluster)
    rights.delete_collection_namespaced_role_binding(NAMESPACE)
    rights.delete_collection_namespaced_role(NAMESPACE)
    try:
        core.delete_namespaced_service_account(controller.NAME, NAMESPACE)
    except ApiException as error:
        assert error.status == 404
    swept(cluster)


def after(start: Setup, *steps: Setup) -> Setup:
    """Start a task, and then take these steps."""

    def setup(cluster: Any) -> None:
        for step in (start, *steps):
            step(cluster)

    return setup


def kubectl(*words: str) -> Setup:
    return lambda _cluster: typed("kubectl", "-n", NAMESPACE, *words)


def patched(kind: str, name: str, change: Manifest) -> Setup:
    return kubectl("patch", kind, name, "--type=merge", "-p", json.dumps(change))


def done(*names: str) -> Setup:
    return lambda cluster: available(cluster, *names)


def made(*manifests: Manifest) -> Setup:
    return lambda cluster: make(cluster, *manifests)


def no_service(name: str) -> Setup:
    return kubectl("delete", "service", name)


def ports(target: int | str) -> Manifest:
    return {"spec": {"ports": [{"port": 80, "targetPort": target}]}}


def slices(name: str, addresses: dict[str, int]) -> Setup:
    """Write a Service's EndpointSlices by hand: addresses with ports."""

    def setup(cluster: Any) -> None:
        for number, (address, port) in enumerate(addresses.items()):
            body: Any = {
                "metadata": {
                    "name": f"{name}-{number}",
                    "labels": {"kubernetes.io/service-name": name},
                },
                "addressType": "IPv4",
                "endpoints": [{"addresses": [address]}],
                "ports": [{"port": port}],
            }
            DiscoveryV1Api(cluster).create_namespaced_endpoint_slice(NAMESPACE, body)

    return setup


# 13.1 -----------------------------------------------------------------------------------------------------------------


def test_a_service_that_finds_nobody(lesson: ApiClient) -> None:
    name, behind = mooring.NAME, "ready Pods behind the Service"
    right = patched("service", name, {"spec": {"selector": mooring.LABELS}})
    labels = {"spec": {"template": {"metadata": {"labels": {"side": "left"}}}}}
    other = pod("moored", mooring.WRONG)

    def naked(cluster: Any) -> None:
        body: Any = {**other, "metadata": {"name": "dd-mooring-2", "labels": mooring.WRONG}}
        CoreV1Api(cluster).create_namespaced_pod(NAMESPACE, body)

    def labelled(cluster: Any) -> None:
        """The Deployment is made anew, with the label that the Service asks for."""
        typed("kubectl", "-n", NAMESPACE, "delete", "deployment", name)
        make(cluster, deployment(name, 2, other))
        available(cluster, name)

    prove(
        lesson,
        "13.1",
        start=start_mooring,
        solution=after(start_mooring, right),
        alternatives=[
            after(start_mooring, labelled),
            after(start_mooring, patched("service", name, {"spec": {"selector": {"side": None}}})),
        ],
        near_misses={
            "a Pod for the Service": (after(start_mooring, naked), behind),
            "another port": (
                after(start_mooring, right, patched("service", name, ports(80))),
                "Pods that answer from inside",
            ),
            "one is gone": (
                after(start_mooring, right, kubectl("scale", "deployment", name, "--replicas=1"), done(name)),
                f"Pods of {name}",
            ),
            "a Service beside it": (
                after(start_mooring, made(service("dd-mooring-2", mooring.LABELS))),
                behind,
            ),
            "no Service": (after(start_mooring, no_service(name)), f"Service {name}"),
            "the template's label alone": (
                after(start_mooring, lambda _cluster: refused("patch", "deployment", name, "-p", json.dumps(labels))),
                behind,
            ),
        },
        clean=cleared,
    )  # fmt: skip


def refused(*words: str) -> None:
    """Type a command that kubectl refuses: the selector of a Deployment has to fit its template."""
    with pytest.raises(AssertionError, match="does not match template"):
        typed("kubectl", "-n", NAMESPACE, *words)


# 13.2 -----------------------------------------------------------------------------------------------------------------


def test_one_service_two_ports(lesson: ApiClient) -> None:
    name, behind = winch.NAME, "ready Pods behind the Service, with their ports"
    by_name = patched("service", name, ports("web"))
    old, new = f"{name}-old", f"{name}-new"

    def another_name(cluster: Any) -> None:
        for says, port in winch.PORTS.items():
            named = pod(says, winch.labels(says), port, ports=[{"name": "http", "containerPort": port}])
            patched("deployment", f"{name}-{says}", {"spec": {"template": named}})(cluster)
        available(cluster, old, new)
        patched("service", name, ports("http"))(cluster)

    def same_port(cluster: Any) -> None:
        moved = pod("new", winch.labels("new"), 8000)
        patched("deployment", new, {"spec": {"template": moved}})(cluster)
        available(cluster, new)

    def both_old(cluster: Any) -> None:
        moved = pod("old", winch.labels("new"), 9000)
        patched("deployment", new, {"spec": {"template": moved}})(cluster)
        available(cluster, new)

    prove(
        lesson,
        "13.2",
        start=start_winch,
        solution=after(start_winch, by_name),
        alternatives=[after(start_winch, another_name)],
        near_misses={
            "the new number": (after(start_winch, patched("service", name, ports(9000))), behind),
            "the new one alone": (
                after(
                    start_winch, by_name, patched("service", name, {"spec": {"selector": {"winch": "new"}}})
                ),
                behind,
            ),
            "a name that no Pod has": (after(start_winch, patched("service", name, ports("http"))), behind),
            "the new one moves": (after(start_winch, same_port), f"port of {new}"),
            "another program": (after(start_winch, by_name, both_old), f"port of {new}"),
        },
        clean=cleared,
    )


# 13.3 -----------------------------------------------------------------------------------------------------------------


def headless(selector: dict[str, str] | None, published: bool = True, address: str | None = "None") -> Setup:
    spec: Manifest = {"publishNotReadyAddresses": published}
    if address:
        spec["clusterIP"] = address
    return after(no_service(oars.NAME), made(service(oars.NAME, selector, "web", **spec)))


def test_a_name_for_all_of_them(lesson: ApiClient) -> None:
    known = f"addresses in DNS for {oars.NAME}"
    everybody = {"app": oars.NAME}

    def by_hand(cluster: Any) -> None:
        headless(None)(cluster)
        see = kube.SeeCluster(cluster, "13")
        slices(oars.NAME, dict.fromkeys(oars.found(see), 8000))(cluster)

    def woken(cluster: Any) -> None:
        awake = pod(oars.RESTING, oars.labels(oars.RESTING))
        patched("deployment", f"{oars.NAME}-{oars.RESTING}", {"spec": {"template": awake}})(cluster)
        available(cluster, f"{oars.NAME}-{oars.RESTING}")

    prove(
        lesson,
        "13.3",
        start=start_oars,
        solution=after(start_oars, headless(everybody)),
        alternatives=[after(start_oars, by_hand)],
        near_misses={
            "ready ones alone": (after(start_oars, headless(everybody, published=False)), known),
            "an address of its own": (after(start_oars, headless(everybody, address=None)), known),
            "the rowing ones": (after(start_oars, headless(oars.labels(oars.ROWING))), known),
            "woken": (after(start_oars, headless(everybody), woken), "Pods"),
            "no Service": (after(start_oars, no_service(oars.NAME)), f"Service {oars.NAME}"),
        },
        clean=cleared,
    )


# 13.4 -----------------------------------------------------------------------------------------------------------------


def shining(target: int | str = "web", number: int = lamp.NODE_PORT, **spec: Any) -> Setup:
    manifest = service("dd-lamp-outside", {"app": lamp.NAME}, target, **{"type": "NodePort", **spec})
    manifest["spec"]["ports"][0]["nodePort"] = number
    return made(manifest)


def test_a_light_that_is_seen_from_here(lesson: ApiClient) -> None:
    answer = f"answer on NodePort {lamp.NODE_PORT}"

    def one_of_two(cluster: Any) -> None:
        found = CoreV1Api(cluster).list_namespaced_pod(NAMESPACE, label_selector=f"app={lamp.NAME}").items
        slices("dd-lamp-outside", {found[0].status.pod_ip: 8000})(cluster)

    def without_selector(cluster: Any) -> None:
        manifest = service("dd-lamp-outside", None, 8000, type="NodePort")
        manifest["spec"]["ports"][0]["nodePort"] = lamp.NODE_PORT
        make(cluster, manifest)

    prove(
        lesson,
        "13.4",
        start=start_lamp,
        solution=after(start_lamp, shining()),
        alternatives=[
            after(start_lamp, shining(8000, type="LoadBalancer")),
            after(start_lamp, shining(externalTrafficPolicy="Local")),
        ],
        near_misses={
            "another number": (after(start_lamp, shining(number=30084)), answer),
            "another port": (after(start_lamp, shining(80)), answer),
            "inside only": (after(start_lamp, made(service(lamp.NAME, {"app": lamp.NAME}))), answer),
            "one client, one lamp": (
                after(start_lamp, shining(sessionAffinity="ClientIP")),
                "Pods that answer there",
            ),
            "one of two": (after(start_lamp, without_selector, one_of_two), "Pods that answer there"),
        },
        clean=cleared,
    )


# 13.5 -----------------------------------------------------------------------------------------------------------------


def ingress(paths: dict[str, str], kind: str = "Prefix", host: str = inlet.HOST, **spec: Any) -> Setup:
    def setup(cluster: Any) -> None:
        every = [
            {"path": path, "pathType": kind, "backend": {"service": {"name": f"{inlet.NAME}-{to}", "port": {"number": 80}}}}
            for path, to in paths.items()
        ]  # fmt: skip
        rule = {"http": {"paths": every}} | ({"host": host} if host else {})
        body: Any = {
            "metadata": {"name": inlet.NAME},
            "spec": {"ingressClassName": controller.NAME, "rules": [rule]},
        }
        body["spec"] |= spec
        NetworkingV1Api(cluster).create_namespaced_ingress(NAMESPACE, body)

    return setup


def route(name: str, host: str | None, *rules: Manifest, gate: str = "dd-gate") -> Setup:
    def setup(cluster: Any) -> None:
        spec: Any = {"parentRefs": [{"name": gate}], "rules": list(rules)}
        if host:
            spec["hostnames"] = [host]
        body = {"apiVersion": f"{controller.GATEWAYS}/v1", "kind": "HTTPRoute", "metadata": {"name": name}}
        CustomObjectsApi(cluster).create_namespaced_custom_object(
            *GATEWAYS, "httproutes", {**body, "spec": spec}
        )

    return setup


def test_two_paths_of_one_host(lesson: ApiClient) -> None:
    start = after(start_controller, start_inlet)
    both, first = {"/a": "a", "/b": "b"}, f"answer at {inlet.HOST}/a"

    def below(path: str) -> Manifest:
        backend = {"name": f"{inlet.NAME}{path.replace('/', '-')}", "port": 80}
        return {"matches": [{"path": {"type": "PathPrefix", "value": path}}], "backendRefs": [backend]}

    prove(
        lesson,
        "13.5",
        start=start,
        solution=after(start, ingress(both)),
        alternatives=[after(start, route(inlet.NAME, inlet.HOST, below("/a"), below("/b")))],
        near_misses={
            "no class": (after(start, ingress(both, ingressClassName=None)), first),
            "another class": (after(start, ingress(both, ingressClassName="nginx")), first),
            "the path alone": (after(start, ingress(both, "Exact")), f"answer at {inlet.HOST}/a/buoys/7"),
            "the wrong way round": (after(start, ingress({"/a": "b", "/b": "a"})), first),
            "every host": (after(start, ingress(both, host="")), "answer at elsewhere.test/a"),
            "all else to one": (
                after(start, ingress({"/": "a", "/b": "b"})),
                f"answer at {inlet.HOST}/",
            ),
        },
        clean=cleared,
    )


# 13.6 -----------------------------------------------------------------------------------------------------------------


def parts(old: int, new: int, port: int = 80) -> Manifest:
    backends = ((sluice.OLD, old), (sluice.NEW, new))
    return {
        "backendRefs": [
            {"name": f"{sluice.NAME}-{says}", "port": port, "weight": weight} for says, weight in backends
        ]
    }


def test_one_request_in_four(lesson: ApiClient) -> None:
    start = after(start_controller, start_sluice)
    failed, share = "requests that failed", f"requests to the new version, of {sluice.ASKED}"

    def through(*rules: Manifest, host: str | None = sluice.HOST, **more: str) -> Setup:
        return after(start, route(sluice.NAME, host, *rules, **more))

    def by_pods(cluster: Any) -> None:
        """Three Pods of the old version, one of the new one, and a Service before all of them."""
        start(cluster)
        kubectl("scale", "deployment", f"{sluice.NAME}-old", "--replicas=3")(cluster)
        available(cluster, f"{sluice.NAME}-old")
        make(cluster, service(sluice.NAME, {"app": sluice.NAME}, "web"))
        one = {"backendRefs": [{"name": sluice.NAME, "port": 80}]}
        route(sluice.NAME, sluice.HOST, one)(cluster)

    def a_header_decides(cluster: Any) -> None:
        start(cluster)
        crew = {"matches": [{"headers": [{"name": "X-Crew", "value": "yes"}]}], **parts(0, 1)}
        route(sluice.NAME, sluice.HOST, crew, parts(1, 0))(cluster)

    prove(
        lesson,
        "13.6",
        start=start,
        solution=through(parts(3, 1)),
        alternatives=[through(parts(75, 25)), by_pods],
        near_misses={
            "half": (through(parts(1, 1)), share),
            "a fifth": (through(parts(4, 1)), share),
            "a third": (through(parts(2, 1)), share),
            "the wrong way round": (through(parts(1, 3)), share),
            "the crew alone": (a_header_decides, share),
            "another port": (through(parts(3, 1, port=8000)), failed),
            "no such gate": (through(parts(3, 1), gate="dd-gateway"), failed),
            "every host": (through(parts(3, 1), host=None), "status for another host"),
        },
        clean=cleared,
    )


# The controller, and the picture --------------------------------------------------------------------------------------


def test_the_controller_can_be_installed_again(lesson: ApiClient) -> None:
    cleared(lesson)
    start_controller(lesson)
    cleared(lesson)
    start_controller(lesson)  # its classes, and what it may read everywhere, are those of before
    custom = CustomObjectsApi(lesson)

    def accepted() -> bool:
        gate: Any = custom.get_namespaced_custom_object(*GATEWAYS, "gateways", "dd-gate")
        said = {one["type"]: one["status"] for one in gate.get("status", {}).get("conditions", [])}
        return said.get("Programmed") == "True"

    wait_until(accepted, "the Gateway is programmed")
    cleared(lesson)


def test_where_requests_went() -> None:
    answers = {"1 a": 20, "1 b": 10, "2 c": 10, "3 d": 7}
    axes = shares(answers, {"1": 3, "2": 1}).axes[0]
    assert [bar.get_width() for bar in axes.patches] == [20, 10, 10]
    assert [bar.get_x() for bar in axes.patches] == [0, 20, 0]
    assert [text.get_text() for text in axes.texts] == ["20", "10", "10"]
    assert [list(line.get_xdata()) for line in axes.lines] == [[35.25, 35.25], [11.75, 11.75]]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "version 1, weight 3",
        "version 2, weight 1",
    ]
