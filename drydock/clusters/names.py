"""What the course's cluster is called on the engine, and the labels that mark it as ours."""

from __future__ import annotations

from drydock import session

NAME = (
    "dd-cluster"  # the container of the control plane, its node, and the engine's network between the nodes
)
IMAGE = "dd-node"  # see images/node
LABEL = (
    session.CLUSTER
)  # in a lesson's place, and without a session: no lesson's `clean` takes the cluster along
API = 6443  # the API server's port in the container
NODE_PORTS = range(30080, 30090)  # those that are published; a Service may choose others, unpublished


def worker(number: int) -> str:
    """Return the name of a worker, the first is 1."""
    return f"{NAME}-worker-{number}"


def volume(name: str) -> str:
    """Return the name of the volume that holds a node's data: etcd, certificates, images, logs."""
    return f"{name}-var"


def labels() -> dict[str, str]:
    """Return the labels of the cluster's containers, volumes and network."""
    return {session.LESSON: LABEL, session.LEARNER: session.learner()}
