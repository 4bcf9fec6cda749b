"""The kubeconfig of the course's cluster: a file of ours, beside our cache. The learner's own is never written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from drydock.clusters import names, ports
from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.text import _
from drydock.writing import write_whole

if TYPE_CHECKING:  # the kubectl command needs none of docker-py
    from docker.models.containers import Container

ADMIN = "/etc/kubernetes/admin.conf"  # in the control plane
CERTIFIED = "kubernetes"  # a name in the API server's certificate: 127.0.0.1 is not always where it is met
PRIVATE = 0o600


def folder() -> Path:
    """Return the folder of what belongs to the cluster on this computer."""
    return paths.home() / "cluster"


def path() -> Path:
    """Return the kubeconfig of the course's cluster; there is one from its first start to its removal."""
    return folder() / "kubeconfig"


def write(control: Container) -> Path:
    """Write the kubeconfig for a control plane that is ready, and return its path. Raises DrydockError."""
    code, said = control.exec_run(["cat", ADMIN], stderr=False)
    port = ports.published(control).get(names.API)
    if code != 0 or port is None:
        raise DrydockError(
            _("The cluster in {name} can't be reached from here.").format(name=control.name),
            _("It runs, without a published port or without credentials."),
            _("`drydock cluster remove`, then `drydock cluster start` makes a new one."),
        )
    config: dict[str, Any] = yaml.safe_load(bytes(said))  # type: ignore[arg-type]
    for entry in config["clusters"]:
        entry["cluster"] |= {"server": f"https://{ports.HOST}:{port}", "tls-server-name": CERTIFIED}
    write_whole(path(), yaml.safe_dump(config).encode(), PRIVATE)
    return path()
