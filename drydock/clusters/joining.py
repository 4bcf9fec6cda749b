"""Workers: more nodes of the cluster, each in a container of its own."""

from __future__ import annotations

from docker.models.containers import Container

from drydock.client import LabellingClient
from drydock.clusters import ending, making, names, readiness
from drydock.clusters.engine import find
from drydock.errors import DrydockError
from drydock.progress import step
from drydock.text import _

UNUSABLE = ("created", "dead", "removing")


def join(engine: LabellingClient, control: Container, name: str) -> None:
    """Make sure that a worker is there and ready. Raises DrydockError.

    A new one gets its certificates from the control plane before it is started, so that no key is in any image.
    """
    found = find(engine, name)
    if found is not None and found.status not in UNUSABLE:
        return resume(engine, found)
    ending.remove_node(engine, name)  # what an interrupted start has left
    with step(_("Adding the node {name}").format(name=name)):
        code, files = control.exec_run(["node", "issue", name], stderr=False)
        if code != 0:
            raise DrydockError(
                _("The control plane gave the node {name} no certificates.").format(name=name),
                _("The cluster runs without it."),
                _("`docker exec {control} node issue {name}` says why.").format(
                    control=names.NAME, name=name
                ),
            )
        privileged = control.attrs["HostConfig"][
            "Privileged"
        ]  # what was refused once need not be tried again
        made = making.make(
            engine, name, ["node", "worker", names.NAME],
            files=bytes(files),  # type: ignore[arg-type]
            rights=making.RIGHTS if privileged else making.RIGHTS[1:],
        )  # fmt: skip
        readiness.wait(made)
    return None


def resume(engine: LabellingClient, node: Container) -> None:
    """Have a worker run that is there, and wait until it is ready."""
    if node.status == "paused":
        node.unpause()
    elif node.status == "running" and readiness.ready(node):
        return
    with step(_("Starting the node {name} again").format(name=node.name)):
        node.start()
        readiness.wait(node)
