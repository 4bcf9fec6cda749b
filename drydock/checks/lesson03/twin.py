"""A container like the learner's, on a copy of their folder: what a check edits is never theirs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from docker.models.containers import Container

from drydock.checks import alike
from drydock.checks.see import See


def mounted(container: Container, folder: Path) -> list[str]:
    """Return where a folder, or what is in it, is mounted in a container.

    Source: Docker Engine API, ContainerInspect, HostConfig.Binds and HostConfig.Mounts, as they were asked for.
    """
    host = container.attrs["HostConfig"]
    binds = [bind.split(":")[:2] for bind in host.get("Binds") or []]
    binds += [
        (mount["Source"], mount["Target"]) for mount in host.get("Mounts") or [] if mount["Type"] == "bind"
    ]
    return [target for source, target in binds if Path(source).is_relative_to(folder)]


def twin(see: See, container: Container, folder: Path, copy: Path) -> AbstractContextManager[Container]:
    """Start a container from the same image, with the same settings, and `copy` where the learner's has `folder`."""
    host = container.attrs["HostConfig"]

    def moved(source: str) -> str:
        path = Path(source)
        return str(copy / path.relative_to(folder)) if path.is_relative_to(folder) else source

    binds = [bind.split(":", 1) for bind in host.get("Binds") or []]
    mounts: list[dict[str, Any]] = host.get("Mounts") or []
    return see.started(
        container.attrs["Image"],
        container.attrs["Config"]["Cmd"],
        **{
            **alike.settings(container),
            "volumes": [f"{moved(source)}:{rest}" for source, rest in binds],
            "mounts": [{**mount, "Source": moved(mount["Source"])} for mount in mounts if "Source" in mount],
        },
    )
