"""The engine that the cluster runs on, and which of its containers are nodes."""

from __future__ import annotations

from docker.errors import NotFound
from docker.models.containers import Container

from drydock import client, session
from drydock.client import LabellingClient
from drydock.clusters import names
from drydock.engine.lookup import Engine
from drydock.errors import DrydockError
from drydock.text import _

SMALLEST = 2e9  # bytes of memory that an engine needs for one node and some Pods


def labelling(chosen: Engine | None = None) -> LabellingClient:
    """Return a client whose containers, volumes and networks are the cluster's; it is the caller's to close.

    It speaks to the engine that is named, else to the one that connect() chose or would choose.
    """
    chosen = chosen or client.current().engine
    made = chosen.client(LabellingClient)
    assert isinstance(made, LabellingClient)
    made.engine, made.lesson, made.api.labels = chosen, names.LABEL, names.labels()
    return made


def nodes(engine: LabellingClient) -> list[Container]:
    """Return the containers of the learner's cluster, running or not, the control plane first."""
    wanted = [f"{key}={value}" for key, value in names.labels().items()]
    found = engine.containers.list(all=True, filters={"label": wanted}, ignore_removed=True)
    return sorted(found, key=lambda node: (len(str(node.name)), node.name))


def find(engine: LabellingClient, name: str) -> Container | None:
    """Return the container of a node. Raises DrydockError when something else has its name."""
    try:
        found = engine.containers.get(name)
    except NotFound:
        return None
    if {key: found.labels.get(key) for key in names.labels()} == names.labels():
        return found
    owner = found.labels.get(session.LEARNER)
    raise DrydockError(
        _("The engine has a container {name} that is not yours.").format(name=name),
        _("It was not touched, and no cluster was started."),
        _("another learner of this engine has a cluster (their id is {owner}): use an engine of your own, as DRYDOCK_ENGINE=native.").format(owner=owner)
        if owner else _("rename it: `docker rename {name} something-else`.").format(name=name),
    )  # fmt: skip


def check_memory(engine: LabellingClient) -> None:
    """Raise DrydockError when the engine has less memory than a cluster needs: 2 GB. Source: Engine API, SystemInfo, MemTotal."""
    found = engine.info()["MemTotal"]
    if found >= SMALLEST:
        return
    hint = {
        "microvm": _("`drydock engine stop`, then set DRYDOCK_MICROVM_MEMORY=3072 (MiB) and start again."),
        "docker": _("give it more: on Docker Desktop in Settings, Resources."),
    }
    raise DrydockError(
        _("The engine has {found:.1f} GB of memory; a cluster needs {needed:.0f} GB.").format(
            found=found / 1e9, needed=SMALLEST / 1e9
        ),
        _("Nothing was started."),
        hint.get(engine.engine.kind, _("use a machine with more memory.")),
    )
