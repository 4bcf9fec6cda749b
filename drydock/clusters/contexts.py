"""A cluster that the learner has named by its context. Their kubeconfig is read for that alone, and never written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from drydock.clusters import access
from drydock.errors import DrydockError
from drydock.text import _
from drydock.writing import write_whole

SETTING = "DRYDOCK_KUBE_CONTEXT"
# What a kubeconfig names by a path, relative to itself. Source: client-go, tools/clientcmd, loader.go, ResolveLocalPaths.
FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")


def named() -> str | None:
    """Return the context that the learner has set, or None: then their kubeconfig is not even opened."""
    return os.environ.get(SETTING) or None


def path() -> Path:
    """Return the file that has the named context and nothing else, so that no other cluster can be met by mistake."""
    return access.folder() / "context"


def extract(context: str) -> Path:
    """Write the named context, its cluster and its user to a file of ours, and return its path. Raises DrydockError."""
    found: dict[str, dict[str, Any]] = {"contexts": {}, "clusters": {}, "users": {}}
    for file in _files():
        for kind, entry in _entries(file):
            found[kind].setdefault(entry["name"], entry)  # the first file that has a name wins, as in kubectl
    chosen = found["contexts"].get(context)
    if chosen is None:
        raise DrydockError(
            _("{setting}={context} names no context of your kubeconfig.").format(
                setting=SETTING, context=context
            ),
            _("Nothing was started, and no cluster was asked."),
            _("there are: {names}; unset {setting} to use the course's own cluster.").format(
                names=", ".join(found["contexts"]) or _("none"), setting=SETTING
            ),
        )
    of = chosen["context"]
    alone = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "contexts": [chosen],
        "clusters": [found["clusters"][of["cluster"]]],
        "users": [found["users"][of["user"]]] if of.get("user") in found["users"] else [],
    }
    write_whole(path(), yaml.safe_dump(alone).encode(), access.PRIVATE)
    return path()


def _files() -> list[Path]:
    """Return the kubeconfig files as kubectl finds them: KUBECONFIG, else ~/.kube/config."""
    listed = os.environ.get("KUBECONFIG")
    files = [Path(part) for part in listed.split(os.pathsep) if part] if listed else []
    return [file for file in files or [Path.home() / ".kube" / "config"] if file.is_file()]


def _entries(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the contexts, clusters and users of a file, their own files named by absolute paths."""
    content = yaml.safe_load(file.read_text()) or {}
    for kind in ("contexts", "clusters", "users"):
        for entry in content.get(kind) or []:
            inner = entry.get(kind.removesuffix("s")) or {}
            for key in FILES:
                if key in inner:
                    inner[key] = str(file.parent.resolve() / inner[key])
            command = (inner.get("exec") or {}).get("command", "")
            if "/" in command:
                inner["exec"]["command"] = str(file.parent.resolve() / command)
            yield kind, entry
