"""What can stand in the way of compiling: space, network, an interrupt."""

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

AGAIN = 4  # a build takes so many times less where packages are compiled already


def check_space(what: str, space: float, spared: str) -> None:
    """Raise SetupError when the disk has not the `space` in bytes that a build from nothing takes.

    `spared` is what makes the build needless.
    """
    caches = paths.home() / "go"
    needed = space / AGAIN if (caches / "build").exists() or os.environ.get("GOCACHE") else space
    free = shutil.disk_usage(paths.home()).free
    if free < needed:
        raise SetupError(
            _("To compile {what} takes {needed:.1f} GB of disk space; {folder} has {free:.1f} GB.").format(
                what=what, needed=needed / 1e9, free=free / 1e9, folder=paths.home()),
            _("Nothing was begun."),
            _("make room, or let DRYDOCK_HOME name a folder on another disk.") + (
                _(" Or take the image from elsewhere: {spared}.").format(spared=spared) if spared else ""),
        )  # fmt: skip


@contextmanager
def explained(what: str, name: str) -> Iterator[None]:
    """Say what a build that failed or was interrupted has left, and what to do; `name` is its log's."""
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
            (_("The sources of {what} could not be downloaded: {last}") if network
             else _("{what} could not be compiled: {last}")).format(what=what, last=last[0]),
            kept,
            _("mend the cause (network, GOPROXY, disk space, memory) and run the command again; {log} says more.").format(
                log=log.with_suffix(".failed.log")),
        ) from error  # fmt: skip
    except KeyboardInterrupt:
        raise SetupError(
            _("The build of {what} was interrupted.").format(what=what), kept, _("run the command again.")
        ) from None
