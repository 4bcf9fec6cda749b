"""Lesson 12's tasks, each proved both ways, and its picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes.client import ApiClient, AppsV1Api, CoreV1Api, PolicyV1Api

from drydock.checks import kube
from drydock.checks.lesson12 import (
    FERRY,
    ferry,
    lighthouse,
    pier,
    pilots,
    start_ferry,
    start_lighthouse,
    start_pier,
    start_pilots,
    start_tide,
    tide,
)
from drydock.checks.lesson12.making import (
    NAMESPACE,
    Manifest,
    available,
    change,
    deployment,
    make,
    template,
)
from drydock.errors import DrydockError
from drydock.figures import rollout
from drydock.rollouts import Moment, Rollout, follow
from drydock.waiting import wait_until
from tests.harness import PYTHON, Setup, cluster_of, prove, swept, typed

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def lesson() -> Iterator[ApiClient]:
    with cluster_of("12") as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is never going to be right is not waited for as long."""
    monkeypatch.setattr(kube, "PATIENCE", 5.0)


def cleared(cluster: Any) -> None:
    """Remove what the tasks are about, from the top down, and leave the namespace: to remove that takes longer."""
    apps, core = AppsV1Api(cluster), CoreV1Api(cluster)
    apps.delete_collection_namespaced_deployment(NAMESPACE)
    apps.delete_collection_namespaced_replica_set(NAMESPACE)
    PolicyV1Api(cluster).delete_collection_namespaced_pod_disruption_budget(NAMESPACE)
    for service in core.list_namespaced_service(NAMESPACE).items:
        core.delete_namespaced_service(service.metadata.name, NAMESPACE)
    swept(cluster)


def kubectl(*words: str) -> None:
    typed("kubectl", "-n", NAMESPACE, *words)


def after(start: Setup, *steps: Setup) -> Setup:
    """Start a task, and then take these steps."""

    def setup(cluster: Any) -> None:
        for step in (start, *steps):
            step(cluster)

    return setup


def in_terminal(*commands: str) -> Setup:
    """Type commands, and wait for the end of what they begin."""

    def setup(cluster: Any) -> None:
        for command in commands:
            kubectl(*command.split())

    return setup


def done(name: str) -> Setup:
    return lambda cluster: available(cluster, name)


def changed(name: str, pod: Manifest) -> Setup:
    """Give a Deployment another template, and wait until that runs."""
    return lambda cluster: (change(cluster, name, pod), available(cluster, name))


def there(number: int) -> Setup:
    """Wait until there are so many Pods that are not ending."""

    def setup(cluster: Any) -> None:
        def living() -> int:
            found = CoreV1Api(cluster).list_namespaced_pod(NAMESPACE).items
            return len([pod for pod in found if not pod.metadata.deletion_timestamp])

        wait_until(lambda: living() == number, f"there are {number} Pods")

    return setup


def sets(number: int) -> Setup:
    """Wait until there are so many ReplicaSets."""

    def setup(cluster: Any) -> None:
        apps = AppsV1Api(cluster)
        wait_until(lambda: len(apps.list_namespaced_replica_set(NAMESPACE).items) == number, "ReplicaSets")

    return setup


def removed(name: str) -> Setup:
    """Delete a Deployment, and wait until its Pods are gone, too."""
    return lambda cluster: kubectl("delete", "deployment", name, "--cascade=foreground")


# 12.1 -----------------------------------------------------------------------------------------------------------------


def tugs(call: str, **more: Any) -> Manifest:
    return template("dd-tugs", env={"CALL": call}, **more)


def tug(call: str, replicas: int = 3, **spec: Any) -> Setup:
    return lambda cluster: make(cluster, deployment("dd-tugs", replicas, tugs(call), **spec))


def test_three_tugs_and_a_change(lesson: ApiClient) -> None:
    def by_kubectl(cluster: Any) -> None:
        manifest = json.dumps(deployment("dd-tugs", 3, tugs("hello")))
        typed("kubectl", "-n", NAMESPACE, "apply", "-f", "-", text=manifest)
        sets(1)(cluster)
        kubectl("set", "env", "deployment/dd-tugs", "CALL=ahoy")
        available(cluster, "dd-tugs")

    def pods_alone(cluster: Any) -> None:
        for number in range(3):
            pod: Any = {**tugs("ahoy"), "metadata": {"name": f"dd-tugs-{number}"}}
            CoreV1Api(cluster).create_namespaced_pod(NAMESPACE, pod)

    second = changed("dd-tugs", tugs("ahoy"))
    nowhere = tugs("ahoy", image="python:3.13-slimm")
    before = "CALL in the revision before"
    prove(
        lesson,
        "12.1",
        solution=after(tug("hello"), second),
        alternatives=[by_kubectl],
        near_misses={
            "made with the new call": (tug("ahoy"), before),
            "another one between": (after(tug("hello"), changed("dd-tugs", tugs("aloha")), second), before),
            "no history is kept": (after(tug("hello", revisionHistoryLimit=0), second, sets(1)), before),
            "not changed": (tug("hello"), "CALL in its Pods"),
            "two": (after(tug("hello", replicas=2), second), "Pods of dd-tugs"),
            "Pods alone": (pods_alone, "Deployment dd-tugs"),
            "an image that is nowhere": (
                after(tug("hello"), lambda cluster: change(cluster, "dd-tugs", nowhere), there(4)),
                "rollout of dd-tugs",
            ),
        },
        clean=cleared,
    )


# 12.2 -----------------------------------------------------------------------------------------------------------------


def test_back_to_what_worked(lesson: ApiClient) -> None:
    name = lighthouse.NAME
    white = template(name, env={"LIGHT": "white"})

    def undone(*options: str) -> Setup:
        undo = in_terminal(" ".join(["rollout undo deployment", name, *options]))
        return after(start_lighthouse, undo, done(name))

    def made_anew(cluster: Any) -> None:
        make(cluster, deployment(name, 2, white))

    written_again = after(start_lighthouse, changed(name, white))
    image = in_terminal(f"set image deployment {name} main={PYTHON}")
    restart = in_terminal(f"rollout restart deployment {name}")
    prove(
        lesson,
        "12.2",
        start=start_lighthouse,
        solution=undone(),
        alternatives=[written_again],
        near_misses={
            "the first revision": (undone("--to-revision=1"), "LIGHT in its Pods"),
            "the image alone": (after(start_lighthouse, image, done(name)), "LIGHT in its Pods"),
            "made anew": (
                after(start_lighthouse, removed(name), made_anew),
                "the broken revision in its history",
            ),
            "restarted": (
                after(undone(), restart, done(name)),
                "Pods from before the broken revision 3",
            ),
        },
        clean=cleared,
    )


# 12.3 -----------------------------------------------------------------------------------------------------------------


def quay(**env: str) -> Manifest:
    pod = template(pier.NAME, env=env)
    pod["metadata"]["labels"]["quay"] = "north"
    return pod


def test_three_changes_one_rollout(lesson: ApiClient) -> None:
    name = pier.NAME
    all_three = quay(BERTHS="8", TIDE="high")
    labels = json.dumps({"spec": {"template": {"metadata": {"labels": {"quay": "north"}}}}})
    pause = in_terminal(f"rollout pause deployment {name}")
    steps = in_terminal(f"set env deployment {name} BERTHS=8", f"set env deployment {name} TIDE=high")

    def label(_cluster: Any) -> None:
        kubectl("patch", "deployment", name, "-p", labels)

    def anew(cluster: Any) -> None:
        manifest = deployment(name, 2, all_three)
        manifest["spec"]["selector"] = {"matchLabels": {"app": name}}
        make(cluster, manifest)

    one_by_one = (
        in_terminal(f"set env deployment {name} BERTHS=8"),
        sets(2),
        in_terminal(f"set env deployment {name} TIDE=high"),
        sets(3),
        label,
        sets(4),
        done(name),
    )
    elsewhere = in_terminal(f"label deployment {name} quay=north")
    both = template(name, env={"BERTHS": "8", "TIDE": "high"})
    resume = in_terminal(f"rollout resume deployment {name}")
    prove(
        lesson,
        "12.3",
        start=start_pier,
        solution=after(start_pier, pause, steps, label, resume, done(name)),
        alternatives=[after(start_pier, changed(name, all_three))],
        near_misses={
            "one by one": (after(start_pier, *one_by_one), f"ReplicaSets of {name}"),
            "still paused": (after(start_pier, pause, steps, label), f"Deployment {name} is paused"),
            "the Deployment's own label": (
                after(start_pier, elsewhere, changed(name, both)),
                "label quay of its Pods",
            ),
            "one forgotten": (after(start_pier, changed(name, quay(BERTHS="8"))), "TIDE in its Pods"),
            "made anew": (after(start_pier, removed(name), anew), f"ReplicaSets of {name}"),
        },
        clean=cleared,
    )


# 12.4 -----------------------------------------------------------------------------------------------------------------


def canary(replicas: int = 1, app: str = tide.NAME) -> Setup:
    pod = tide.pod(tide.NEW, "canary")
    pod["metadata"]["labels"]["app"] = app
    return lambda cluster: make(cluster, deployment("dd-tide-canary", replicas, pod))


def test_one_in_four(lesson: ApiClient) -> None:
    name = tide.NAME
    new = tide.pod(tide.NEW, "stable")

    def replica_set(cluster: Any) -> None:
        start_tide(cluster)
        manifest: Any = {
            **deployment("dd-tide-canary", 1, tide.pod(tide.NEW, "canary")),
            "kind": "ReplicaSet",
        }
        AppsV1Api(cluster).create_namespaced_replica_set(NAMESPACE, manifest)
        there(4)(cluster)

    def naked(cluster: Any) -> None:
        pod: Any = tide.pod(tide.NEW, "canary")
        pod["metadata"]["name"] = "dd-tide-canary"
        CoreV1Api(cluster).create_namespaced_pod(NAMESPACE, pod)

    def begun(cluster: Any) -> None:
        change(cluster, name, new)

    behind = "versions of the Pods behind the Service"
    pause = in_terminal(f"rollout pause deployment {name}")
    prove(
        lesson,
        "12.4",
        start=start_tide,
        solution=after(start_tide, canary()),
        alternatives=[replica_set],
        near_misses={
            "not behind the Service": (after(start_tide, canary(app="dd-canary")), behind),
            "half of them": (after(start_tide, canary(3)), behind),
            "a rollout that is paused": (
                after(start_tide, begun, sets(2), pause, there(4)),
                f"rollout of {name}",
            ),
            "a naked Pod": (after(start_tide, naked), "Pods behind the Service that nobody replaces"),
        },
        clean=cleared,
    )


# 12.5 -----------------------------------------------------------------------------------------------------------------


def budget(counts: str = pilots.NAME, **spec: Any) -> Setup:
    return lambda cluster: pilots.budget(cluster, counts, **spec)


def scaled(number: int) -> Setup:
    return after(in_terminal(f"scale deployment {pilots.NAME} --replicas {number}"), done(pilots.NAME))


def test_a_drain_that_never_ends(lesson: ApiClient) -> None:
    def no_budget(cluster: Any) -> None:
        PolicyV1Api(cluster).delete_namespaced_pod_disruption_budget(pilots.NAME, NAMESPACE)

    at_once = "Pods that may be evicted at once"
    prove(
        lesson,
        "12.5",
        start=start_pilots,
        solution=after(start_pilots, budget(maxUnavailable=1)),
        alternatives=[
            after(start_pilots, budget(minAvailable=2)),
            after(start_pilots, scaled(4), budget(minAvailable=3)),
        ],
        near_misses={
            "no budget": (after(start_pilots, no_budget), at_once),
            "one must stay": (after(start_pilots, budget(minAvailable=1)), at_once),
            "others' Pods": (after(start_pilots, budget("dd-pilot", maxUnavailable=1)), at_once),
            "none may be missing": (
                after(start_pilots, budget(maxUnavailable=0)),
                "a Pod is evicted, on trial",
            ),
            "one pilot less": (
                after(start_pilots, scaled(2), budget(maxUnavailable=1), there(2)),
                f"Pods of {pilots.NAME}",
            ),
        },
        clean=cleared,
    )


# 12.6 -----------------------------------------------------------------------------------------------------------------

PROBE = {"httpGet": {"path": "/", "port": 8000}, "periodSeconds": 1}
PAUSE = {"preStop": {"sleep": {"seconds": 2}}}
ONE_MORE = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}


def boat(
    program: str = FERRY, strategy: Any = ONE_MORE, least: int = 0, replicas: int = 2, **more: Any
) -> Setup:
    pod = template(ferry.NAME, program, **more)
    manifest = deployment(ferry.NAME, replicas, pod, strategy=strategy, minReadySeconds=least)
    return lambda cluster: make(cluster, manifest)


def test_a_rollout_that_passengers_notice(lesson: ApiClient) -> None:
    startup = {"startupProbe": {**PROBE, "failureThreshold": 30}}
    sleep = {"lifecycle": {"preStop": {"exec": {"command": ["sleep", "2"]}}}}

    def one_by_one(cluster: Any) -> None:
        """A startup probe holds readiness back, too."""
        boat(**startup, **sleep)(cluster)

    good = {"readinessProbe": PROBE, "lifecycle": PAUSE}

    def three_of_which_one_may_be_missing(cluster: Any) -> None:
        boat(strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}, replicas=3, **good)(cluster)

    fewest = "fewest available Pods while a copy is rolled out"
    requests = "requests without an answer meanwhile"
    prove(
        lesson,
        "12.6",
        start=start_ferry,
        solution=boat(**good),
        alternatives=[one_by_one, three_of_which_one_may_be_missing],
        near_misses={
            "no probe": (boat(lifecycle=PAUSE), requests),
            "a little later": (boat(least=2, lifecycle=PAUSE), requests),
            "no pause before the end": (boat(readinessProbe=PROBE), requests),
            "one may be missing": (boat(strategy=ferry.HASTY["strategy"], **good), fewest),
            "another program": (
                boat(FERRY.replace("time.sleep(1)", ""), **good),
                f"program of {ferry.NAME}",
            ),
        },
        clean=cleared,
    )


# The picture, and what it is drawn from -------------------------------------------------------------------------------


def test_a_rollout_is_followed_to_its_end(lesson: ApiClient) -> None:
    apps = AppsV1Api(lesson)
    cleared(lesson)
    tug("hello", replicas=2)(lesson)
    before = apps.list_namespaced_replica_set(NAMESPACE)
    change(lesson, "dd-tugs", tugs("ahoy"))
    seen = follow(lesson, "dd-tugs", before)
    assert sorted(seen.revisions.values()) == [1, 2]
    assert (seen.most, seen.fewest) == (3, 2)

    before = apps.list_namespaced_replica_set(NAMESPACE)
    change(lesson, "dd-tugs", tugs("ahoy", image="python:3.13-slimm"))
    with pytest.raises(DrydockError, match="not come to its end"):
        follow(lesson, "dd-tugs", before, patience=2)
    cleared(lesson)


def test_replica_sets_during_a_rollout() -> None:
    moments = [
        Moment(0, {"a": 2, "none": 0}, {"a": 2, "none": 0}),
        Moment(1, {"a": 2, "b": 1, "none": 0}, {"a": 2, "b": 0, "none": 0}),
        Moment(2, {"a": 1, "b": 1, "none": 0}, {"a": 2, "b": 1, "none": 0}),
        Moment(3, {"a": 0, "b": 2, "none": 0}, {"a": 0, "b": 2, "none": 0}),
    ]
    seen = Rollout(moments, {"none": 1, "a": 2, "b": 3})
    assert (seen.most, seen.fewest) == (3, 2)
    sets_of, whole = rollout(seen, 2).axes
    assert [line.get_label() for line in sets_of.lines] == ["revision 2", "revision 3"]
    assert [list(line.get_ydata()) for line in sets_of.lines] == [[2, 2, 2, 0, 0], [0, 0, 1, 2, 2]]
    asked, at_hand, _replicas = whole.lines
    assert list(asked.get_ydata()) == [2, 3, 2, 2, 2]
    assert list(at_hand.get_ydata()) == [2, 2, 3, 2, 2]
