"""Make and start the container of a node, with the rights that the engine allows it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from docker.errors import APIError, NotFound
from docker.models.containers import Container

from drydock.client import LabellingClient
from drydock.clusters import names, ports
from drydock.engine.settings import PROXIES
from drydock.errors import DrydockError
from drydock.text import _

MODULES = "/lib/modules"
ABSENT = "bind source path does not exist"  # the engine's words
# What a node needs where --privileged is refused: all that root has but CAP_SYS_RESOURCE and what checkpoints need.
CAPABILITIES = """AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID
    IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST
    NET_RAW SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE
    SYS_RAWIO SYS_TIME SYS_TTY_CONFIG WAKE_ALARM""".split()  # noqa: SIM905
RIGHTS: tuple[dict[str, Any], ...] = (
    {"privileged": True},
    {"cap_add": CAPABILITIES, "security_opt": ["seccomp=unconfined", "apparmor=unconfined"]},
)


class PortTakenError(Exception):
    """Somebody else listens on a port that was to lead to the cluster."""


def make(
    engine: LabellingClient,
    name: str,
    command: Sequence[str],
    published: Mapping[int, int | None] | None = None,
    files: bytes | None = None,
    rights: Sequence[Mapping[str, Any]] | None = None,
) -> Container:
    """Return the container of a node, made and started, on the cluster's network, with a volume for its data.

    `published` has the ports of this computer that lead to it, `files` a tar that goes to /etc/kubernetes first, `rights`
    what is tried, in order. Raises PortTakenError, or DrydockError when the engine refuses what a node needs.
    """
    if not engine.networks.list(names=[names.NAME]):
        engine.networks.create(names.NAME, driver="bridge")
    engine.volumes.create(names.volume(name))
    given = ports.bindings(published or {})
    pending, modules, refused = list(RIGHTS if rights is None else rights), True, ""
    while pending:
        try:
            return _start(engine, name, command, given, files, pending[0], modules)
        except APIError as error:
            refused = str(error.explanation or error)
            if error.status_code == HTTPStatus.CONFLICT:
                raise  # the name is taken: no matter of rights
            with contextlib.suppress(NotFound):
                engine.api.remove_container(name, v=True, force=True)
            if any(words in refused.lower() for words in ports.TAKEN):
                raise PortTakenError(refused) from error
            if error.status_code == HTTPStatus.NOT_FOUND:
                raise  # there is no image
            if modules and ABSENT in refused.lower():
                modules = False
            else:
                pending.pop(0)
    raise DrydockError(
        _("The engine refuses a container the rights that a Kubernetes node needs: {why}").format(why=refused),
        _("Tried: privileged, and single capabilities. No container was left."),
        _("rootless Docker and engines with user namespaces forbid it; DRYDOCK_ENGINE=native, as root on Linux, or Docker Desktop allow it."),
    )  # fmt: skip


def _start(
    engine: LabellingClient,
    name: str,
    command: Sequence[str],
    given: Mapping[int | str, Any],
    files: bytes | None,
    rights: Mapping[str, Any],
    modules: bool,
) -> Container:
    mounts: list[Any] = [{"Type": "volume", "Source": names.volume(name), "Target": "/var"}]
    if modules:  # as a mount it fails where the host has none; as a bind the engine would make the folder
        mounts.append({"Type": "bind", "Source": MODULES, "Target": MODULES, "ReadOnly": True})
    first = engine.info()["CgroupVersion"] == "1"
    binds = ["/sys/fs/cgroup:/sys/fs/cgroup:rw"] if first and not rights.get("privileged") else []
    host: Any = engine.api.create_host_config(
        binds=binds, mounts=mounts, port_bindings=given, tmpfs={"/run": "exec", "/tmp": "exec"},
        devices=["/dev/kmsg"], network_mode=names.NAME, **rights,
    )  # fmt: skip
    # What `--security-opt systempaths=unconfined` stands for. Source: docker/cli, opts.go, parseSystemPaths.
    host |= {"MaskedPaths": [], "ReadonlyPaths": []}
    # Else what the engine or docker-py sets: the API server would ask a proxy for its own nodes.
    direct = {name: "" for proxy in PROXIES for name in (proxy, proxy.lower())}
    made: Any = engine.api.create_container(
        names.IMAGE, list(command), name=name, hostname=name, host_config=host, environment=direct,
        ports=[(int(str(port).split("/")[0]), "tcp") for port in given],
    )  # fmt: skip
    container = engine.containers.get(made["Id"])
    if files is not None:
        container.put_archive("/etc/kubernetes", files)
    container.start()
    return container
