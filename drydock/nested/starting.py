"""Start a Docker daemon in a container, with the rights that the engine allows it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from drydock import waiting
from drydock.client import LabellingClient
from drydock.errors import DrydockError
from drydock.nested import daemon
from drydock.nested.daemon import Nested
from drydock.text import _
from drydock.waiting import wait_until

IMAGE = "dd-engine"  # see images/engine
STORE = "/var/lib/docker"
START = 30.0  # s until a daemon that does not answer counts as failed
PATIENCE = 25.0  # s that the image's own script waits; a little less, as it can say why
# A Swarm's node asks the registry for an image by tag even when it has it. Ours take what `load` has brought.
# Source: moby, daemon/cluster/executor/container/controller.go, Prepare.
ENVIRONMENT = {"DOCKER_SERVICE_PREFER_OFFLINE_IMAGE": "1"}

# What dockerd needs, from most to least usual. Without --privileged the container also needs its devices,
# and the profiles off that would forbid mounting; the image's own script makes /sys and /proc/sys writable.
RIGHTS: tuple[dict[str, Any], ...] = (
    {"privileged": True},
    {
        "cap_add": ["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE"],
        "security_opt": ["seccomp=unconfined", "apparmor=unconfined"],
        "device_cgroup_rules": ["a *:* rwm"],
    },
)


def start(
    client: LabellingClient,
    name: str,
    config: Mapping[str, Any] | None = None,
    disk: Mapping[str, str] | None = None,
    **options: Any,
) -> Nested:
    """Start a Docker daemon in a container called `name`, and return it once it answers.

    `config` is its daemon.json; `options` go to `containers.create`, such as `network`. It is privileged where
    the engine allows that, else it gets the rights it needs one by one. Its images lie in a new volume, `name`-data-
    and some digits: one that an interrupted run has left is not taken over, and `clean` removes it. `disk` has the
    options of that volume's driver, as for `volumes.create`: a small tmpfs is a small disk.
    Raises DrydockError when the engine refuses the rights, or when the daemon does not answer within 30 s.
    """
    volume = client.volumes.create(f"{name}-data-{uuid.uuid4().hex[:8]}", driver_opts=dict(disk or {}))
    refused = ""
    for rights in RIGHTS:
        try:
            container = client.containers.create(
                IMAGE, name=name, hostname=name, init=True, volumes={volume.name: {"bind": STORE}},
                environment=ENVIRONMENT | {"PATIENCE": f"{PATIENCE * waiting.slowness:.0f}"},
                **rights, **options,
            )  # fmt: skip
            daemon.write(container, config or {})
            container.start()
        except APIError as error:
            if error.status_code in (HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND):
                volume.remove()
                raise  # the name is taken, or there is no image: no matter of rights
            refused = str(error.explanation or error)
            with contextlib.suppress(NotFound):
                client.api.remove_container(name, v=True, force=True)
            continue
        try:
            wait_until(partial(_answers, container), _("the daemon in {name}").format(name=name), START)
        except DrydockError:
            failure = daemon.failed(container, daemon.log(container))
            daemon.remove(container)
            raise failure from None
        return Nested(container)
    volume.remove()
    raise DrydockError(
        _("The engine refuses a container the rights that a Docker daemon needs: {why}").format(why=refused),
        _("Tried: privileged, and single capabilities. No container was left."),
        _("rootless Docker and engines with user namespaces forbid it; DRYDOCK_ENGINE=native, as root on Linux, or Docker Desktop allow it."),
    )  # fmt: skip


def attach(client: docker.DockerClient, name: str) -> Nested:
    """Return the daemon that `start` began earlier, in this notebook or another. Raises DrydockError."""
    try:
        container = client.containers.get(name)
    except NotFound:
        raise DrydockError(
            _("There is no container {name} with a daemon.").format(name=name),
            _("Nothing was changed."),
            _("run the cell again that starts it."),
        ) from None
    if container.status != "running" or not _answers(container):
        raise daemon.failed(container, daemon.log(container))
    return Nested(container)


def _answers(container: Container) -> bool:
    """Tell whether the daemon answers; raise DrydockError when its container has ended."""
    container.reload()
    if container.status != "running":
        raise daemon.failed(container, daemon.log(container))
    return bool(container.exec_run(["docker", "version"]).exit_code == 0)
