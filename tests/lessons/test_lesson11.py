"""Lesson 11's tasks, each proved both ways, and its picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from kubernetes.client import ApiClient, CoreV1Api

from drydock.checks import check, kube, registry, runner
from drydock.checks.lesson11 import (
    BARGE,
    GAUGE,
    LAMP,
    LOADER,
    ROUND,
    TENDER,
    start_barge,
    start_derelict,
    start_gauge,
    start_rounds,
    start_tender,
)
from drydock.checks.lesson11.making import Manifest, container, make, pod
from drydock.checks.registry import Task
from drydock.figures import pod_rows, pod_timeline
from drydock.waiting import wait_until
from tests.harness import PYTHON, Setup, cluster_of, prove, swept, typed

pytestmark = pytest.mark.cluster

NS = "dd-11"
PATIENCE = 30.0  # s: other tests run beside these


@pytest.fixture(scope="module")
def lesson() -> Iterator[ApiClient]:
    with cluster_of("11") as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a case changes does not stay."""
    monkeypatch.setattr(kube, "PATIENCE", PATIENCE)


def cleared(cluster: Any) -> None:
    """Make room for the next case."""
    kube.PATIENCE = PATIENCE
    swept(cluster)


def vain(setup: Setup) -> Setup:
    """A near miss that never becomes right: it is not waited for as long."""

    def hurry(cluster: Any) -> None:
        kube.PATIENCE = 5.0
        setup(cluster)

    return hurry


def made(manifest: Manifest) -> Setup:
    return lambda cluster: make(cluster, manifest)


def applied(manifest: Manifest) -> Setup:
    """As a learner does it in a terminal."""
    return lambda _cluster: typed("kubectl", "-n", NS, "apply", "-f", "-", text=json.dumps(manifest))


def labelled(manifest: Manifest, **labels: str) -> Manifest:
    return {**manifest, "metadata": {**manifest["metadata"], "labels": labels}}


# 11.1 ---------------------------------------------------------------------------------------------------------------

PATHS = {"IP": "status.podIP", "ID": "metadata.uid", "SEA": "metadata.labels['sea']"}


def fields(**paths: str) -> list[dict[str, Any]]:
    return [{"name": n, "valueFrom": {"fieldRef": {"fieldPath": p}}} for n, p in {**PATHS, **paths}.items()]


def sloop(script: str = "echo $IP $ID $SEA; exec sleep 1d", sea: str = "north", **more: Any) -> Manifest:
    one = container("sloop", "", command=["sh", "-c", script], **{"env": fields(), **more})
    return labelled(pod("dd-sloop", one), sea=sea)


FILES = {"volumeMounts": [{"name": "about", "mountPath": "/about"}], "env": []}
ABOUT = [
    {"path": path, "fieldRef": {"fieldPath": PATHS[key]}} for path, key in (("id", "ID"), ("sea", "SEA"))
]


def test_a_pod_that_knows_itself(lesson: ApiClient) -> None:
    def from_files(cluster: Any) -> None:
        script = "echo $(python -c 'import socket as s; print(s.gethostbyname(s.gethostname()))') $(cat /about/id) $(cat /about/sea); exec sleep 1d"
        manifest = sloop(script, **FILES)
        manifest["spec"]["volumes"] = [{"name": "about", "downwardAPI": {"items": ABOUT}}]
        made(manifest)(cluster)

    annotated = sloop(env=fields(SEA="metadata.annotations['sea']"))
    annotated["metadata"] = {"name": "dd-sloop", "annotations": {"sea": "north"}}

    def two(cluster: Any) -> None:
        made(sloop())(cluster)
        made(labelled(pod("dd-second", container("one", "import time; time.sleep(60)")), sea="north"))(
            cluster
        )

    def ended(cluster: Any) -> None:
        manifest = sloop("echo $IP $ID $SEA")
        manifest["spec"]["restartPolicy"] = "Never"
        make(cluster, manifest)
        read = CoreV1Api(cluster).read_namespaced_pod
        wait_until(lambda: read("dd-sloop", NS).status.phase == "Succeeded", "its end")

    prove(
        lesson,
        "11.1",
        solution=applied(sloop()),
        alternatives=[from_files],
        near_misses={
            "an annotation": (made(annotated), "Pods that sea=north selects"),
            "two Pods": (two, "Pods that sea=north selects"),
            "the node's IP": (made(sloop(env=fields(IP="status.hostIP"))), "the first word"),
            "the name": (made(sloop(env=fields(ID="metadata.name"))), "the second word"),
            "the label left out": (made(sloop("echo $IP $ID; exec sleep 1d")), "the third word"),
            "ended": (ended, "state of Pod dd-sloop"),
        },
        clean=cleared,
    )  # fmt: skip


# 11.2, 11.3 ---------------------------------------------------------------------------------------------------------

MOUNT = {"volumeMounts": [{"name": "cargo", "mountPath": "/cargo"}]}
VOLUME = {"volumes": [{"name": "cargo", "emptyDir": {}}]}
STAYS = "\nwhile True: time.sleep(1)"


def barge(*inits: Manifest, program: str = BARGE, others: tuple[Manifest, ...] = ()) -> Setup:
    one = container("barge", program, **MOUNT)
    return made(pod("dd-barge", one, *others, initContainers=list(inits), **VOLUME))


def test_the_cargo_comes_first(lesson: ApiClient) -> None:
    def beside(cluster: Any) -> None:
        there = {"exec": {"command": ["grep", "-q", "sails", "/cargo/list.txt"]}, "periodSeconds": 1}
        barge(container("loader", LOADER + STAYS, restartPolicy="Always", startupProbe=there, **MOUNT))(
            cluster
        )

    waits = f"import os, time\nwhile not os.path.exists('/cargo/list.txt'): time.sleep(0.1)\n{BARGE.replace('86400', '80000')}"
    failed = "starts of barge that failed"
    prove(
        lesson,
        "11.2",
        start=start_barge,
        solution=barge(container("loader", LOADER, **MOUNT)),
        alternatives=[beside],
        near_misses={
            "all at once": (barge(others=(container("loader", LOADER + STAYS, **MOUNT),)), failed),
            "no volume": (barge(container("loader", "import os; os.mkdir('/cargo')\n" + LOADER)), failed),
            "another program": (barge(program=waits, others=(container("loader", LOADER, **MOUNT),)), "programs of barge"),
            "never done": (vain(barge(container("loader", LOADER + STAYS, **MOUNT))), "state of Pod dd-barge"),
        },
        clean=cleared,
    )  # fmt: skip


BURNS = {"httpGet": {"path": "/", "port": 9000}, "periodSeconds": 1, "failureThreshold": 20}
SHINES = "import time, urllib.request as u\nwhile True:\n  try: u.urlopen('http://127.0.0.1:9000'); break\n  except OSError: time.sleep(0.1)"


def rounds(*inits: Manifest, others: tuple[Manifest, ...] = (), **spec: Any) -> Setup:
    spec = {"restartPolicy": "Never", "initContainers": list(inits), **spec}
    return made(pod("dd-rounds", container("round", ROUND), *others, **spec))


def test_a_lamp_that_burns_for_nobody(lesson: ApiClient) -> None:
    def hook(cluster: Any) -> None:
        after = {"postStart": {"exec": {"command": ["python", "-c", SHINES]}}}
        rounds(container("lamp", LAMP, restartPolicy="Always", lifecycle=after))(cluster)

    def again_and_again(cluster: Any) -> None:
        rounds(container("lamp", LAMP, restartPolicy="Always"), restartPolicy="OnFailure")(cluster)
        read = CoreV1Api(cluster).read_namespaced_pod
        wait_until(lambda: read("dd-rounds", NS).status.phase == "Succeeded", "it has worked in the end", 60)

    state = "state of Pod dd-rounds"
    prove(
        lesson,
        "11.3",
        start=vain(start_rounds),
        solution=rounds(container("lamp", LAMP, restartPolicy="Always", startupProbe=BURNS)),
        alternatives=[hook],
        near_misses={
            "no sidecar": (vain(rounds(container("lamp", LAMP))), state),
            "started is not ready": (rounds(container("lamp", LAMP, restartPolicy="Always")), state),
            "started again until it burns": (again_and_again, "starts of round that failed"),
            "both for ever": (
                vain(rounds(others=(container("lamp", LAMP),), restartPolicy="OnFailure")),
                state,
            ),
            "no lamp": (rounds(), "programs of round, lamp"),
        },
        clean=cleared,
    )


# 11.4 ---------------------------------------------------------------------------------------------------------------


def drifting(cluster: Any) -> None:
    start_derelict(cluster)
    core = CoreV1Api(cluster)
    wait_until(lambda: core.read_namespaced_pod("dd-derelict", NS).status.phase == "Running", "it drifts")
    wait_until(lambda: core.read_namespaced_pod_log("dd-derelict", NS), "the sum of its word")


def debugged(*command: str, target: str = "hull", name: str = "lens") -> Setup:
    def look(cluster: Any) -> None:
        drifting(cluster)
        options = [f"--target={target}"] if target else []
        typed(
            "kubectl",
            "-n",
            NS,
            "debug",
            "dd-derelict",
            f"--image={PYTHON}",
            *options,
            "-c",
            name,
            "--",
            *command,
        )

    return look


def test_a_ship_without_tools(lesson: ApiClient) -> None:
    def by_the_api(cluster: Any) -> None:
        drifting(cluster)
        program = "print(open('/proc/1/cwd/tmp/word').read(), flush=True); import time; time.sleep(60)"
        lens = {**container("eye", program), "targetContainerName": "hull"}
        patch = {"spec": {"ephemeralContainers": [lens]}}
        CoreV1Api(cluster).patch_namespaced_pod_ephemeralcontainers("dd-derelict", NS, patch)

    def with_a_prompt(cluster: Any) -> None:
        """The word has no end of line: a shell's prompt follows it."""
        debugged("sh", "-c", "cat /proc/1/root/tmp/word; printf 'root@dd-derelict:/# '")(cluster)

    def copied(cluster: Any) -> None:
        drifting(cluster)
        copy = ("--copy-to=dd-copied-hull", "--share-processes", "-c", "lens", "--", "sleep", "1")
        typed("kubectl", "-n", NS, "debug", "dd-derelict", f"--image={PYTHON}", *copy)

    prove(
        lesson,
        "11.4",
        start=drifting,
        solution=debugged("cat", "/proc/1/root/tmp/word"),
        alternatives=[by_the_api, with_a_prompt],
        near_misses={
            "a copy": (copied, "ephemeral containers of dd-derelict"),
            "no target": (vain(debugged("cat", "/proc/1/root/tmp/word", target="")), "log of an ephemeral container"),
            "its own files": (vain(debugged("cat", "/tmp/word")), "log of an ephemeral container"),
        },
        clean=cleared,
    )  # fmt: skip


# 11.5, 11.6 ---------------------------------------------------------------------------------------------------------

EXEC = 'echo "made fast"; exec python -c "$PROGRAM"'
SHELL = 'python -c "$PROGRAM"; echo "cast off"'
TRAP = 'python -c "$PROGRAM" & trap "kill $!" TERM; wait $!; wait $!'


def tender(script: str, patience: int = 8, program: str = TENDER, **more: Any) -> Setup:
    env = [{"name": "PROGRAM", "value": program}]
    one = container("tender", "", command=["sh", "-c", script], env=env, **more)
    return made(pod("dd-tender", one, terminationGracePeriodSeconds=patience))


def test_cut_off_at_the_pier(lesson: ApiClient) -> None:
    def forwards(cluster: Any) -> None:
        tender(TRAP)(cluster)

    def no_shell(cluster: Any) -> None:
        made(pod("dd-tender", container("tender", TENDER), terminationGracePeriodSeconds=30))(cluster)

    sleeps = {"preStop": {"exec": {"command": ["sleep", "7"]}}}
    word = "last word of a copy that is deleted"
    prove(
        lesson,
        "11.5",
        start=start_tender,
        solution=tender(EXEC),
        alternatives=[forwards, no_shell],
        near_misses={
            "a shell in front": (tender(SHELL), word),
            "too short": (tender(EXEC, 1), word),
            "all for the hook": (tender(EXEC, 8, lifecycle=sleeps), word),
            "another code": (tender(TRAP + "; exit 3"), "its exit code"),
            "another program": (tender(EXEC, 1, TENDER.replace("time.sleep(3)", "pass")), "programs of tender"),
        },
        clean=cleared,
    )  # fmt: skip


def asks(path: str, **more: Any) -> dict[str, Any]:
    return {"httpGet": {"path": path, "port": 8000}, "periodSeconds": 1, **more}


def gauge(**probes: Any) -> Setup:
    return made(pod("dd-gauge", container("gauge", GAUGE, **{f"{k}Probe": v for k, v in probes.items()})))


def test_a_probe_that_asks_too_much(lesson: ApiClient) -> None:
    start = asks("/alive", failureThreshold=30)

    def by_a_command(cluster: Any) -> None:
        flood = {"exec": {"command": ["sh", "-c", "! test -e /tmp/ebb"]}, "periodSeconds": 1}
        gauge(startup=start, readiness=flood, liveness=asks("/alive", failureThreshold=2))(cluster)

    port = {"tcpSocket": {"port": 8000}, "periodSeconds": 1}
    prove(
        lesson,
        "11.6",
        start=vain(start_gauge),
        solution=gauge(readiness=asks("/health"), liveness=asks("/alive")),
        alternatives=[by_a_command],
        near_misses={
            "no readiness": (vain(gauge(startup=start, liveness=asks("/alive"))), "at ebb"),
            "liveness is only more patient": (gauge(readiness=asks("/health"), liveness=asks("/health", failureThreshold=10)), "restarts at ebb"),
            "both ask the same": (vain(gauge(startup=start, readiness=asks("/health"), liveness=asks("/health"))), "restarts at ebb"),
            "no liveness": (vain(gauge(readiness=asks("/health"))), "restarts after it has got stuck"),
            "the port alone": (vain(gauge(readiness=asks("/health"), liveness=port)), "restarts after it has got stuck"),
            "another port": (vain(gauge(readiness={**asks("/health"), "httpGet": {"path": "/", "port": 80}})), "a copy, after its start"),
        },
        clean=cleared,
    )  # fmt: skip


# What a check says, whatever it meets ----------------------------------------------------------------------------------


def test_before_any_work(lesson: ApiClient) -> None:
    for task in registry.of_lesson("11"):
        first = check(task.id, lesson).observations[0]
        assert first.what.startswith("Pod ") and not first.holds and first.hint


def test_an_image_that_was_not_loaded(lesson: ApiClient) -> None:
    one = {"name": "one", "image": "dd-nowhere:1", "imagePullPolicy": "Never"}
    make(lesson, labelled(pod("dd-sloop", one), sea="north"))
    try:
        seen = check("11.1", lesson).observations[-1]
        assert seen.actual == "Pending; one: waiting, ErrImageNeverPull"
        assert "cluster.load" in seen.hint
    finally:
        swept(lesson)


def test_refusals_of_the_api_server_are_reported(lesson: ApiClient) -> None:
    def look(_cluster: Any, see: kube.SeeCluster) -> None:
        see.core.read_namespaced_pod_log("dd-none", see.namespace)

    seen = runner.run(Task("11.9", "a test", ("a", "b", "c"), look), lesson).observations[-1]
    assert seen.what == "the cluster"
    assert seen.actual == 'it said: pods "dd-none" not found'


# The picture ----------------------------------------------------------------------------------------------------------

BEGIN = datetime(2026, 11, 26, 12, 0, 0)


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def state(begin: float, end: float | None = None) -> SimpleNamespace:
    run = SimpleNamespace(started_at=at(begin), finished_at=at(end or 0))
    return SimpleNamespace(waiting=None, running=None if end else run, terminated=run if end else None)


def status(name: str, now: SimpleNamespace, before: SimpleNamespace | None = None) -> SimpleNamespace:
    return SimpleNamespace(name=name, state=now, last_state=before)


def event(seconds: float, reason: str, path: str | None = None) -> SimpleNamespace:
    about = SimpleNamespace(field_path=path)
    return SimpleNamespace(reason=reason, involved_object=about, first_timestamp=at(seconds), event_time=None)


def test_a_pods_timeline() -> None:
    statuses = SimpleNamespace(
        init_container_statuses=[status("pilot", state(1, 3))],
        container_statuses=[status("ship", state(6), before=state(3, 5))],
    )
    meta = SimpleNamespace(creation_timestamp=BEGIN)
    happened = [
        event(0, "Scheduled"),
        event(1, "Pulled", "spec.initContainers{pilot}"),
        event(1, "Started", "spec.initContainers{pilot}"),
        event(3, "Started", "spec.containers{ship}"),
        event(5, "Unhealthy", "spec.containers{ship}"),
        event(5, "Killing", "spec.containers{ship}"),
    ]
    rows = pod_rows(SimpleNamespace(metadata=meta, status=statuses), happened)
    assert [row.name for row in rows] == ["Pod", "pilot", "ship"]
    assert [row.runs for row in rows] == [[], [(1, 3)], [(3, 5), (6, float("inf"))]]
    assert rows[1].events == [(1, "Started")]

    axes = pod_timeline(rows).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Pod", "pilot", "ship"]
    assert [text.get_text() for text in axes.texts] == [
        "Scheduled",
        "Started",
        "Started",
        "Killing, Unhealthy",
    ]
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert bars == [(1, 3), (3, 5), (6, 7)]
