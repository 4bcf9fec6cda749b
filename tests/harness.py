"""Prove a task's check: it passes what is right, in any way, and names what is wrong."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kubernetes.client import CoreV1Api

import drydock
from drydock import images, session
from drydock.checks import Report, check
from drydock.client import connect
from drydock.clusters import ClusterClient, namespaces
from drydock.removing import images_with
from drydock.waiting import wait_until

PYTHON = "python:3.13-slim"
# How many times longer a thing may take than promised: a virtual machine whose host has other guests is slower at times,
# for minutes, and nothing in it shows why.
BUSY = 1.5
Setup = Callable[[Any], object]  # takes the client, and makes what a learner would have made


def prove(
    client: Any,
    task_id: str,
    *,
    start: Setup | None = None,
    solution: Setup,
    alternatives: Sequence[Setup],
    near_misses: Mapping[str, tuple[Setup, str]],
    clean: Callable[[Any], object] = drydock.clean,
) -> None:
    """Assert how a check judges: not yet at the start, passed after the solution and each alternative, and
    not yet after each near miss, whose first failed observation is the one named beside it.

    Each setup meets an engine clean of this session's objects; one that builds on `start` calls it. The check
    may leave nothing behind and take nothing away. At least one alternative and three near misses are needed.
    """
    assert len(alternatives) >= 1, f"{task_id}: at least one alternative solution is needed"
    assert len(near_misses) >= 3, f"{task_id}: at least three near misses are needed"

    def after(case: str, setup: Setup | None) -> Report:
        assert not ours(client), f"{task_id}, {case}: still on the engine before the case: {ours(client)}"
        try:
            if setup:
                setup(client)
            before = ours(client)
            report = check(task_id, client)
            assert ours(client) == before, (
                f"{task_id}, {case}: the check changed the engine's state\n{report}"
            )
        finally:
            clean(client)
        return report

    clean(client)
    report = after("start", start)
    assert not report.passed, f"{task_id}: passes at the start\n{report}"
    for setup in (solution, *alternatives):
        name = "solution" if setup is solution else f"alternative {setup.__name__}"
        report = after(name, setup)
        assert report.passed, f"{task_id}: {name} does not pass\n{report}"
    for name, (setup, what) in near_misses.items():
        report = after(f"near miss {name}", setup)
        assert not report.passed, f"{task_id}: near miss {name} passes\n{report}"
        failed = next(seen for seen in report.observations if not seen.holds)
        assert failed.what == what, (
            f"{task_id}: near miss {name} fails for {failed.what!r}, not {what!r}\n{report}"
        )
        assert failed.hint, f"{task_id}: near miss {name} gets no hint\n{report}"


@contextmanager
def cluster_of(lesson: str) -> Iterator[ClusterClient]:
    """Give the course's cluster as a lesson's exercise notebook has it: with Python's image, and its namespace."""
    client = connect(lesson, quiet=True)
    images.need(client, PYTHON)
    cluster = drydock.cluster(quiet=True)
    try:
        cluster.load(PYTHON)
        cluster.namespace(f"dd-{lesson}")
        yield cluster
    finally:
        drydock.clean(cluster)
        client.close()


def typed(*command: str, text: str | None = None) -> None:
    """Run a command as a learner does in JupyterLab's terminal, `text` on its standard input.

    Raises AssertionError with what the command printed if it fails.
    """
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    assert not done.returncode, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"


def ours(client: Any) -> set[str]:
    """Return what this session has on the engine, or on the cluster, probes of a check included."""
    if not hasattr(client, "containers"):
        return on_cluster(client)
    filters = {"label": f"{session.SESSION}={session.session()}"}
    found = {f"container {c.name} {c.id}" for c in client.containers.list(all=True, filters=filters)}
    found |= {f"network {n.name}" for n in client.networks.list(filters=filters)}
    found |= {f"volume {v.name}" for v in client.volumes.list(filters=filters)}
    return found | {f"image {i['Id']}" for i in images_with(client, filters)}


def on_cluster(cluster: Any) -> set[str]:
    """Return this session's Pods; one that is being deleted is on its way."""
    core = CoreV1Api(cluster)
    selector = f"{session.SESSION}={session.session()}"
    names = [one.metadata.name for one in core.list_namespace(label_selector=selector).items]
    pods = [pod for name in names for pod in core.list_namespaced_pod(name).items]
    return {f"pod {p.metadata.name} {p.metadata.uid}" for p in pods if not p.metadata.deletion_timestamp}


def swept(cluster: Any) -> None:
    """Remove this session's Pods at once, and leave it its namespaces: to remove those takes longer."""
    core = CoreV1Api(cluster)
    for name in namespaces.ours(cluster):
        core.delete_collection_namespaced_pod(name, grace_period_seconds=0)
        wait_until(lambda name=name: not core.list_namespaced_pod(name).items, "the Pods are gone")
