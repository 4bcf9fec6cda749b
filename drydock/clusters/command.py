"""kubectl on the course's cluster: what bin/kubectl runs. It reads no kubeconfig of the learner's."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from drydock.clusters import access, contexts, program
from drydock.engine import program as docker
from drydock.errors import DrydockError
from drydock.text import _

PATIENCE = 2.0  # s until a server on this computer that takes no connection counts as gone


def main() -> None:
    """Become kubectl, on the cluster that drydock.cluster() uses."""
    try:
        command, config = kubectl(), kubeconfig()
    except DrydockError as error:
        sys.exit(str(error))
    env = {
        **os.environ,
        "KUBECONFIG": str(config),
        "KUBECACHEDIR": str(access.folder() / "kubectl"),  # else it writes to ~/.kube
        "KUBERC": "off",  # the learner's aliases and defaults
    }
    os.execve(command, ["kubectl", *sys.argv[1:]], env)


def kubeconfig() -> Path:
    """Return the kubeconfig of the cluster in use. Raises DrydockError when there is none, or when it does not run."""
    if (context := contexts.named()) is not None:
        return contexts.extract(context)
    if not access.path().exists():
        raise _none(_("There is no cluster of the course's."))
    server = urlsplit(yaml.safe_load(access.path().read_text())["clusters"][0]["cluster"]["server"])
    try:
        socket.create_connection((str(server.hostname), server.port or 443), PATIENCE).close()
    except OSError:
        raise _none(_("The course's cluster does not run.")) from None
    return access.path()


def kubectl() -> str:
    """Return the path of a kubectl: the one of the cluster's own program, else the learner's. Raises DrydockError."""
    if (ours := program.find()) is not None:
        return str(ours)
    folders = os.environ.get("PATH", "").split(os.pathsep)
    others = os.pathsep.join(one for one in folders if Path(one).resolve() != docker.OURS)
    if (found := shutil.which("kubectl", path=others)) is not None:
        return found
    raise DrydockError(
        _("There is no kubectl here."),
        _("The cluster is not touched."),
        _(
            "start the cluster (`drydock cluster start`), which brings one on Linux; elsewhere install kubectl."
        ),
    )


def _none(what: str) -> DrydockError:
    return DrydockError(
        what,
        _("Your own kubeconfig was not read."),
        _("drydock.cluster() in a notebook, or `drydock cluster start` in a terminal, starts it."),
    )


if __name__ == "__main__":
    main()
