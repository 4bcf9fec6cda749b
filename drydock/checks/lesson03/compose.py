"""Compose watch on a copy of the learner's folder, under names of our own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import NotFound
from docker.models.containers import Container

from drydock import session
from drydock.checks import probes
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

COMMAND = [sys.executable, "-m", "drydock.engine.command", "compose"]
PATIENCE = 60  # s until Compose has built, started, and watches
PROJECT = "com.docker.compose.project"
READY = "Watch enabled"
REBUILDS = "Rebuilding service"


@dataclass(frozen=True)
class Watch:
    """A Compose that watches: its containers when it began to, and the file with its words."""

    containers: list[Container]
    log: Path

    def rebuilds(self) -> bool:
        """Return whether it has begun to build an image anew, after a change."""
        return REBUILDS in self.log.read_text(errors="replace")


def project(folder: Path, lesson: str) -> tuple[str, dict[str, Any]]:
    """Return a new project's name and what Compose makes of a folder's file, with our labels and no fixed names.

    Raises DrydockError with Compose's last words when it can't read the file.
    """
    done = subprocess.run(
        [*COMMAND, "config", "--format", "json"], cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        raise _failed((done.stderr.strip().splitlines() or [_("no message")])[-1])
    read: dict[str, Any] = json.loads(done.stdout)
    name = f"drydock-probe-{uuid.uuid4().hex[:12]}"
    labels = {**session.labels(lesson), probes.PROBE: "1"}
    for service in read.get("services", {}).values():
        service.pop("container_name", None)
        service.pop("ports", None)
        service["labels"] = {**(service.get("labels") or {}), **labels}
        if "build" in service:
            service.pop("image", None)  # else the learner's tag would move
            service["build"]["labels"] = {**(service["build"].get("labels") or {}), **labels}
    for kind in ("networks", "volumes"):
        for key, one in (read.get(kind) or {}).items():
            read[kind][key] = {**(one or {}), "name": f"{name}_{key}", "labels": labels}
    return name, {**read, "name": name}


@contextlib.contextmanager
def watched(client: docker.DockerClient, lesson: str, folder: Path) -> Iterator[Watch]:
    """Run `docker compose watch` on a folder for the time of a `with`, and remove all that it has made.

    Raises DrydockError when Compose ends, or does not watch within 60 s.
    """
    name, read = project(folder, lesson)
    file, log = folder.with_name("compose.json"), folder.with_name("watch.log")
    file.write_text(json.dumps(read))
    command = [*COMMAND, "-f", str(file), "--project-directory", str(folder), "watch"]
    with log.open("w") as out:
        watching = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
    try:

        def ready() -> bool:
            if watching.poll() is not None:
                raise _failed((log.read_text(errors="replace").strip().splitlines() or [_("no message")])[-1])
            return READY in log.read_text(errors="replace")

        wait_until(ready, _("Compose watches"), timeout=PATIENCE)
        yield Watch(containers(client, name), log)
    finally:
        watching.terminate()
        watching.wait()
        remove(client, name)


def containers(client: docker.DockerClient, name: str) -> list[Container]:
    """Return the containers of a Compose project."""
    return client.containers.list(all=True, filters={"label": f"{PROJECT}={name}"}, ignore_removed=True)


def remove(client: docker.DockerClient, name: str) -> None:
    """Remove what a Compose project of a check has, its images too."""
    for container in containers(client, name):
        with contextlib.suppress(NotFound):
            container.remove(force=True, v=True)
    filters = {"label": f"{PROJECT}={name}"}
    for network in client.networks.list(filters=filters):
        network.remove()
    for volume in client.volumes.list(filters=filters):
        volume.remove()
    for image in client.images.list(filters={"label": probes.PROBE}):
        for tag in image.tags:
            if tag.startswith(f"{name}-"):
                client.images.remove(tag)


def _failed(why: str) -> DrydockError:
    return DrydockError(
        _("Compose does not watch: {why}").format(why=why),
        _("What was started for the check is removed."),
        _("`docker compose watch` in a terminal, in your folder, shows all that it says."),
    )
