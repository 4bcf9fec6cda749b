"""Say how the cluster is, stop it, and remove it: nodes, data and network."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable

from docker.errors import NotFound

from drydock.client import LabellingClient
from drydock.clusters import access, names
from drydock.clusters.engine import find, labelling, nodes
from drydock.engine import lookup
from drydock.text import _

NONE = _("There is no cluster of the course's.")
GRACE = 20  # s that a node has to end its components and Pods, before it is killed


def status() -> str:
    """Return a line for each node of the learner's cluster. No engine and no cluster is started."""
    found = lookup.present()
    if found is None:
        return _("No engine runs, so that no cluster of the course's does.")
    engine = labelling(found)
    with contextlib.closing(engine):
        lines = [f"{node.name}: {node.status}" for node in nodes(engine)]
    if not lines:
        return NONE
    return "\n".join([*lines, _("kubeconfig: {path}").format(path=access.path())])


def everywhere(do: Callable[[LabellingClient], list[str]], done: str) -> str:
    """Do something with the cluster on the engine that runs, if one does, and return in words which nodes it was done to."""
    found = lookup.present()
    if found is None:
        return NONE
    engine = labelling(found)
    with contextlib.closing(engine):
        names_ = do(engine)
    return done.format(nodes=", ".join(names_)) if names_ else NONE


def clean() -> str:
    """Remove this learner's namespaces of all sessions from the course's cluster if it runs; return in words what was done."""
    found = lookup.present()
    if found is None or not access.path().exists():
        return ""
    engine = labelling(found)
    with contextlib.closing(engine):
        control = find(engine, names.NAME)
        if control is None or control.status != "running":
            return ""
        from drydock.clusters import (
            client,
            namespaces,
        )  # here: to stop a cluster takes no client of Kubernetes'

        with client.ClusterClient(access.path(), "", engine) as cluster:
            done = namespaces.clean(cluster, everything=True)
    return str(done) if done.removed["namespaces"] or done.kept else ""


def stop(engine: LabellingClient) -> list[str]:
    """Stop all nodes, the control plane last, and return their names; their data stays."""
    running = [node for node in reversed(nodes(engine)) if node.status in ("running", "paused")]
    for node in running:
        if node.status == "paused":  # a paused process gets no signal
            node.unpause()
        node.stop(timeout=GRACE)
    return [str(node.name) for node in running]


def remove(engine: LabellingClient) -> list[str]:
    """Remove all nodes with their data, and the network between them; return the names of the nodes."""
    found = [str(node.name) for node in reversed(nodes(engine))]
    for name in found:
        remove_node(engine, name)
    wanted = {"label": [f"{key}={value}" for key, value in names.labels().items()]}
    for volume in engine.volumes.list(filters=wanted):  # of an interrupted start, or removal
        with contextlib.suppress(NotFound):
            volume.remove()
    for network in engine.networks.list(filters=wanted):
        with contextlib.suppress(NotFound):
            network.remove()
    shutil.rmtree(access.folder(), ignore_errors=True)
    return found


def remove_node(engine: LabellingClient, name: str) -> None:
    """Remove a node's container, killed if it runs, and its volume; what is not there is no error."""
    with contextlib.suppress(NotFound):
        engine.api.remove_container(name, v=True, force=True)
    remove_volume(engine, name)


def remove_volume(engine: LabellingClient, node: str) -> None:
    """Remove the volume of a node whose container is gone, if it is there and ours."""
    with contextlib.suppress(NotFound):
        volume = engine.volumes.get(names.volume(node))
        if (volume.attrs.get("Labels") or {}).items() >= names.labels().items():
            volume.remove()
