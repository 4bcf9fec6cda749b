"""Namespaces that are marked as ours, and their removal: what a lesson makes in a cluster is in one of them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from kubernetes.client import AppsV1Api, BatchV1Api, CoreV1Api, V1Namespace
from kubernetes.client.exceptions import ApiException

from drydock import session
from drydock.clusters import scope
from drydock.errors import DrydockError
from drydock.removing import Cleaned
from drydock.text import _
from drydock.waiting import wait_until

if TYPE_CHECKING:
    from drydock.clusters.client import ClusterClient

GONE = 60.0  # s until a namespace that is still being removed counts as kept
AT_ONCE = 1  # s that its Pods have to end


def get(cluster: ClusterClient, name: str, labels: Mapping[str, str]) -> V1Namespace:
    """Return a namespace with our labels, made if there is none; one that is just going is waited for.

    One of an earlier session of the same learner becomes this session's. Raises DrydockError for any other.
    """
    core = CoreV1Api(cluster)
    wanted = {**labels, **session.labels(cluster.lesson)}
    found = _read(core, name)
    if found is not None and found.metadata.deletion_timestamp is not None:
        wait_until(partial(_gone, core, name), _("the namespace {name} is gone").format(name=name), GONE)
        found = None
    if found is None:
        made = core.create_namespace({"metadata": {"name": name, "labels": wanted}})
        # Until a controller has made it, the API server refuses each Pod.
        wait_until(lambda: _account(core, name), _("the service account of {name}").format(name=name))
        return made
    if not _ours(cluster, found.metadata.labels or {}, everything=True):
        raise DrydockError(
            _("The cluster has a namespace {name} that is not yours.").format(name=name),
            _("It was not changed."),
            _("choose another name; one that you made by hand becomes yours with `kubectl label namespace {name} {label}={lesson}`.").format(
                name=name, label=session.LESSON, lesson=cluster.lesson or "none"),
        )  # fmt: skip
    return core.patch_namespace(name, {"metadata": {"labels": wanted}})


def ours(cluster: ClusterClient, *, everything: bool = False) -> list[str]:
    """Return the names of this session's namespaces, and of those with the lesson's label alone.

    `everything` takes this learner's in any session.
    """
    found = CoreV1Api(cluster).list_namespace(label_selector=session.LESSON).items
    mine = partial(_ours, cluster, everything=everything)
    return [str(one.metadata.name) for one in found if mine(one.metadata.labels or {})]


def clean(cluster: ClusterClient, *, everything: bool = False) -> Cleaned:
    """Remove our namespaces with all that is in them, and our objects that are in none; return when they are gone."""
    core = CoreV1Api(cluster)
    done = Cleaned()
    found = ours(cluster, everything=everything)
    for name in found:
        _empty(cluster, name)
    for name in found:
        try:
            wait_until(partial(_no_pods, core, name), _("the Pods' end"), GONE)
            _delete(core, name)
            wait_until(partial(_gone, core, name), _("the namespace's end"), GONE)
            done.removed["namespaces"] += 1
        except DrydockError:
            _delete(core, name)
            done.kept.append(_("namespace {name}: it is still being removed").format(name=name))
    for name, delete in scope.ours(cluster, partial(_of_the_lesson, cluster, everything=everything)):
        try:
            delete()
            done.removed["cluster-scoped objects"] += 1
        except ApiException as error:
            if error.status != HTTPStatus.NOT_FOUND:  # else it has gone meanwhile
                done.kept.append(f"{name}: {error.reason}")
    return done


def _empty(cluster: ClusterClient, name: str) -> None:
    """Have a namespace's Pods end at once: a namespace that is deleted before waits for as long as they may take.

    The Pods are orphaned first. The garbage collector would else delete some with all the time that they ask for, and a
    kubelet that has begun to wait for a `preStop` hook waits on.
    """
    core, apps, batch = CoreV1Api(cluster), AppsV1Api(cluster), BatchV1Api(cluster)
    for delete in (
        apps.delete_collection_namespaced_deployment, apps.delete_collection_namespaced_stateful_set,
        apps.delete_collection_namespaced_daemon_set, apps.delete_collection_namespaced_replica_set,
        batch.delete_collection_namespaced_cron_job, batch.delete_collection_namespaced_job,
        core.delete_collection_namespaced_replication_controller,
    ):  # fmt: skip
        delete(name, propagation_policy="Orphan")
    core.delete_collection_namespaced_pod(name, grace_period_seconds=AT_ONCE)


def _delete(core: CoreV1Api, name: str) -> None:
    with contextlib.suppress(ApiException):  # it has gone, or is going
        core.delete_namespace(name)


def _no_pods(core: CoreV1Api, name: str) -> bool:
    return not core.list_namespaced_pod(name).items


def _gone(core: CoreV1Api, name: str) -> bool:
    return _read(core, name) is None


def _read(core: CoreV1Api, name: str) -> V1Namespace | None:
    try:
        return core.read_namespace(name)
    except ApiException as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None


def _account(core: CoreV1Api, name: str) -> bool:
    accounts = core.list_namespaced_service_account(name, field_selector="metadata.name=default")
    return bool(accounts.items)


def _of_the_lesson(cluster: ClusterClient, labels: Mapping[str, str], *, everything: bool) -> bool:
    """Tell whether an object in no namespace goes: also what another notebook of the learner's has made in this lesson.

    For the lesson's namespace becomes that of the notebook that comes last, and takes the other's with it.
    """
    theirs = labels.get(session.LEARNER) == session.learner() and labels.get(session.LESSON) == cluster.lesson
    return theirs or _ours(cluster, labels, everything=everything)


def _ours(cluster: ClusterClient, labels: Mapping[str, str], *, everything: bool) -> bool:
    if session.LESSON not in labels:
        return False
    if session.SESSION not in labels:  # made in a terminal, with the lesson's label alone
        return everything or labels[session.LESSON] == cluster.lesson
    return bool(
        labels[session.SESSION] == session.session()
        or (everything and labels.get(session.LEARNER) == session.learner())
    )
