"""What can stand in the way of compiling the cluster's node: space, network, an interrupt."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from drydock.engine import paths
from drydock.errors import SetupError
from drydock.text import _

SPACE = 6e9  # bytes that a build from nothing takes: modules, compiled packages, programs
SPACE_AGAIN = 1.5e9  # bytes that it takes when the packages are compiled


def check_space(setting: str) -> None:
    """Raise SetupError when the disk has not the space that a build takes; `setting` names what makes it needless."""
    caches = paths.home() / "go"
    needed = SPACE_AGAIN if (caches / "build").exists() or os.environ.get("GOCACHE") else SPACE
    free = shutil.disk_usage(paths.home()).free
    if free < needed:
        raise SetupError(
            _("To compile the cluster's node takes {needed:.1f} GB of disk space; {folder} has {free:.1f} GB.").format(
                needed=needed / 1e9, free=free / 1e9, folder=paths.home()),
            _("Nothing was begun."),
            _("make room, let DRYDOCK_HOME name a folder on another disk, or take the image from elsewhere: {setting} or DRYDOCK_BUNDLE.").format(
                setting=setting),
        )  # fmt: skip


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Say what a build that failed or was interrupted has left, and what to do."""
    kept = _("What was downloaded and compiled is kept: the next attempt goes on from there.")
    try:
        yield
    except subprocess.CalledProcessError as error:
        log = paths.home() / name
        text = log.read_text(errors="replace")
        last = [line for line in text.splitlines() if line.strip()][-1:] or [_("nothing")]
        network = re.search(
            r"dial tcp|no such host|i/o timeout|proxyconnect|connection refused|TLS handshake", text
        )
        with contextlib.suppress(FileNotFoundError):
            log.rename(log.with_suffix(".failed.log"))
        raise SetupError(
            (_("The sources of Kubernetes could not be downloaded: {last}") if network
             else _("Kubernetes could not be compiled: {last}")).format(last=last[0]),
            kept,
            _("mend the cause (network, GOPROXY, disk space, memory) and run the command again; {log} says more.").format(
                log=log.with_suffix(".failed.log")),
        ) from error  # fmt: skip
    except KeyboardInterrupt:
        raise SetupError(
            _("The build of the cluster's node was interrupted."), kept, _("run the command again.")
        ) from None
