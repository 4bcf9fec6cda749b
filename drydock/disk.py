"""Files on the disk of the engine's host: a container's writable layer, a volume, a log, where they lie."""

from __future__ import annotations

import shlex

from docker.models.containers import Container

from drydock.errors import DrydockError
from drydock.nested.starting import IMAGE
from drydock.text import _

# A container's parent is its shim, a process of the host: the root of its file system is the host's.
HOST = "/proc/$(sed -n 's/^PPid:[[:blank:]]*//p' /proc/{pid}/status)/root"


def look(container: Container, folder: str, command: str) -> str:
    """Run a shell command in a folder of the engine's host, found through a running container; return its text.

    Only what reads belongs here. Raises DrydockError when the engine does not show its host, or has no such folder.
    """
    container.reload()
    assert container.client is not None
    script = (
        f"cd {HOST.format(pid=container.attrs['State']['Pid'])}{shlex.quote(folder)} || exit 66; {command}"
    )
    looking = container.client.containers.create(
        IMAGE, ["sh", "-c", script], pid_mode="host", cap_add=["SYS_PTRACE"], security_opt=["apparmor=unconfined"]
    )  # fmt: skip
    try:
        looking.start()
        code = looking.wait()["StatusCode"]
        text = looking.logs(stderr=False).decode(errors="replace").rstrip()
    finally:
        looking.remove(force=True)
    if code == 66:
        raise DrydockError(
            _("The folder {folder} can't be seen on the engine's host.").format(folder=folder),
            _("The container {name} is {state}.").format(name=container.name, state=container.status),
            _(
                "start the container. An engine without root, or with user namespaces, does not show its host."
            ),
        )
    return text


def writable(container: Container) -> str:
    """Return the folder on the engine's host that is a running container's writable layer.

    Source: kernel documentation, "Overlay Filesystem"; proc_pid_mountinfo(5). Raises DrydockError.
    """
    mounts = bytes(container.exec_run(["cat", "/proc/self/mountinfo"]).output).decode()  # type: ignore[arg-type]
    root = next((line for line in mounts.splitlines() if line.split()[4] == "/"), "")
    kind, _source, options = root.partition(" - ")[2].split(maxsplit=2) if root else ("", "", "")
    found = [option.partition("=")[2] for option in options.split(",") if option.startswith("upperdir=")]
    if not found:
        raise DrydockError(
            _("The root file system of {name} is {kind}, which has no folder of its own for what is written.").format(
                name=container.name, kind=kind or "?"),
            _("The container was not changed."),
            _("`docker info` names the storage driver; this lesson's pictures are of an overlay."),
        )  # fmt: skip
    return found[0]
