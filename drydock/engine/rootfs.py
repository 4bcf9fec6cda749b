"""Root file systems from Debian packages: the engine's own, and the base of the stand-in images."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from drydock.engine import paths, system
from drydock.errors import SetupError
from drydock.progress import step
from drydock.text import _

SUITE = "trixie"
ENGINE_PACKAGES = (
    "ca-certificates", "crun", "docker-buildx", "docker-cli", "docker-compose", "docker.io", "iproute2",
    "iptables", "jq", "kmod", "mount", "procps", "python3-minimal", "slirp4netns", "util-linux",
)  # fmt: skip
# debootstrap announces each package three times or four; measured for the engine's list.
LINES_PER_PACKAGE = 4


def engine() -> Path:
    """Return the engine's root file system, whether it is built or not."""
    return _folder("engine", ENGINE_PACKAGES)


def build(name: str = "engine", packages: Sequence[str] = ENGINE_PACKAGES, expected: int = 190) -> Path:
    """Return a Debian root file system with `packages`, built when it is not there yet.

    `expected` is about how many packages it takes, for the progress bar. A build that was interrupted
    starts again with the packages that it already has. Raises SetupError when it can't be built.
    """
    target = _folder(name, packages)
    if target.exists():
        return target
    with lock(name) as held:
        if not target.exists():
            _debootstrap(name, packages, target, expected * LINES_PER_PACKAGE, held)
    return target


def _folder(name: str, packages: Sequence[str]) -> Path:
    recipe = hashlib.sha256(" ".join([SUITE, *sorted(packages)]).encode()).hexdigest()[:8]
    return paths.home() / f"{name}-{SUITE}-{recipe}"


@contextmanager
def lock(name: str) -> Iterator[int]:
    """Hold the lock `name` across processes: two notebooks never build or start the same thing at once.

    Gives the descriptor that holds it; a child that inherits it holds the lock, too.
    """
    paths.home().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (paths.home() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _debootstrap(name: str, packages: Sequence[str], target: Path, lines: int, held: int) -> None:
    system.require("debootstrap", "debootstrap")
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    paths.downloads().mkdir(parents=True, exist_ok=True)
    include = f"--include={','.join(packages)}" if packages else "--include=ca-certificates"
    command = [
        "debootstrap",
        f"--cache-dir={paths.downloads()}",
        "--variant=minbase",
        include,
        SUITE,
        str(partial),
        *mirror(),
    ]
    log = paths.home() / f"{name}-build.log"
    title = _("Building the root file system '{name}' from Debian packages").format(name=name)
    try:
        logged(command, log, title, lines, held, counts="I: ")
    except subprocess.CalledProcessError as error:
        last = log.read_text().strip().splitlines()[-1:] or ["debootstrap said nothing"]
        raise SetupError(
            _("The root file system '{name}' could not be built: {last}").format(name=name, last=last[0]),
            _("What was downloaded is kept in {folder}.").format(folder=paths.downloads()),
            _("look into {log}, mend the cause (network, disk space) and run the command again.").format(
                log=log
            ),
        ) from error
    partial.rename(target)


def logged(command: Sequence[str], log: Path, title: str, lines: int, held: int, counts: str = "") -> None:
    """Run a command with its output in a file and a progress bar. Raises CalledProcessError when it fails.

    The bar ends after about `lines` lines that begin with `counts`. The command inherits the lock `held`: if we
    are killed, the next build waits until it has ended, too.
    """
    with (
        step(title, lines) as bar,
        log.open("w", buffering=1) as out,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, pass_fds=[held]
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            out.write(line)
            bar.advance(line.startswith(counts))
        if process.wait() != 0:
            raise subprocess.CalledProcessError(process.returncode, command)


def mirror() -> list[str]:
    """Return the Debian mirror that this machine's apt uses, so that a local one is used here, too."""
    for file in [*sorted(Path("/etc/apt").glob("sources.list.d/*.sources")), Path("/etc/apt/sources.list")]:
        found = re.search(
            r"^(?:URIs:|deb(?: \[[^]]*\])?) *(https?://\S+/debian)/?(?:\s|$)",
            file.read_text() if file.exists() else "",
            re.M,
        )
        if found:
            return [found[1]]
    return []
