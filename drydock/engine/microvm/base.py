"""The machine as it was built, which every learner's machine lies on: found, or built from Debian packages.

It can be built by root, also in a container without further rights, or by an ordinary user who may have user
namespaces. It holds no key and nothing of this machine's settings.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from drydock.engine import inside, paths, rootfs, settings, system
from drydock.errors import SetupError
from drydock.progress import step
from drydock.text import _

SETTING = "DRYDOCK_MACHINE"
CAUSE = r"E:|mke2fs|qemu-img|[\w.]+Error\b"  # how a line begins that says why a build failed
# Who is not root becomes it in a user namespace, where what is written belongs to them; mmdebstrap's own would make it
# another user's, who may not write to their home folder.
BECOME_ROOT = ("unshare", "--user", "--map-root-user", "--map-auto")
LEFT_OUT = ("slirp4netns",)  # what native alone needs
PACKAGES = (
    *(p for p in rootfs.ENGINE_PACKAGES if p not in LEFT_OUT),
    "apparmor",
    "busybox-static",
    "qemu-guest-agent",
    "stunnel4",
)
TOOLS = {"qemu-system-x86_64": "qemu-system-x86", "qemu-img": "qemu-utils"}
FOR_BUILDING = {"mmdebstrap": "mmdebstrap", "mke2fs": "e2fsprogs"}
EXPECTED = 230  # lines that mmdebstrap prints, about


def obtain(bundles: Path | None = None) -> Path:
    """Return the folder of the built machine; where it has to be built, with the images in the files of `bundles`.

    Raises SetupError when there is none and it can't be built.
    """
    for command, package in TOOLS.items():
        system.require(command, package)
    found = find()
    return found if found is not None else build(bundles)


def find() -> Path | None:
    """Return the folder of the machine that was built: the one that the learner's lies on, a named one, or our own."""
    link = paths.machine() / "vmlinuz"
    mine = link.resolve().parent if (paths.machine() / "disk.qcow2").exists() else None
    named = os.environ.get(SETTING)
    for folder in (mine, Path(named) if named else None, ours()):
        if folder is not None and os.access(folder / "disk.qcow2", os.R_OK):
            return folder
    return None


def ours() -> Path:
    """Return where we build the machine; the name changes with what it is built from."""
    recipe = hashlib.sha256(" ".join([rootfs.SUITE, *sorted(PACKAGES)]).encode())
    here = Path(__file__).parent
    files = [*(here / "guest").iterdir(), here / "layout.py", here.parent / "daemon.py", *inside.sources()]
    for file in sorted(files):
        recipe.update(file.read_bytes())
    return paths.home() / f"machine-{rootfs.SUITE}-{recipe.hexdigest()[:8]}"


def build(bundles: Path | None = None) -> Path:
    """Build the machine, start it once, load the images in `bundles` there, and save it as it runs. Raises SetupError."""
    for command, package in FOR_BUILDING.items():
        system.require(command, package)
    target = ours()
    with rootfs.lock("machine-build") as held:
        if not target.exists():
            partial = target.with_name(target.name + ".partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            _make_disk(partial, held)
            _warm(partial, bundles)
            partial.rename(target)
    return target


def _make_disk(folder: Path, held: int) -> None:
    log = folder / "build.log"
    hook = f'PYTHONPATH="{paths.COURSE}" "{sys.executable}" -m drydock.engine.microvm.layout "$1" "{folder}"'
    options = [f"--aptopt={line}" for line in settings.apt().splitlines()]
    # In a container without CAP_SYS_ADMIN nothing can be mounted, and no package here needs it.
    options += [
        "--skip=check/qemu,chroot/mount",
        "--format=null",
        "--variant=minbase",
        f"--include={','.join(PACKAGES)}",
        f"--customize-hook={hook}",
    ]
    options += [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "info", "locale")]
    become = () if os.geteuid() == 0 else BECOME_ROOT
    command = [*become, "mmdebstrap", *options, rootfs.SUITE, "/dev/null", *rootfs.mirror()]
    title = _("Building the emulated machine from Debian packages")
    try:
        rootfs.logged(command, log, title, EXPECTED, held)
    except subprocess.CalledProcessError as error:
        raise _failed(log) from error


def _warm(folder: Path, bundles: Path | None) -> None:
    """Start the machine, let a container run in it, load images, and save it."""
    command = [sys.executable, "-m", "drydock.engine.microvm.warming", str(folder)]
    command += [str(bundles.resolve())] if bundles else []
    with step(_("Starting the emulated machine for the first time, and saving it as it runs")):
        done = subprocess.run(command, cwd=paths.COURSE, capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or [_("no reason was given")])[-1]
        raise SetupError(
            _("The emulated machine was built and did not start: {last}").format(last=last),
            _("Nothing of it was kept."),
            _("`drydock doctor` shows what this machine allows."),
        )


def _failed(log: Path) -> SetupError:
    causes = [line for line in log.read_text().splitlines() if re.match(CAUSE, line)]
    kept = paths.home() / "machine-build.log"
    shutil.copy(log, kept)
    return SetupError(
        _("The emulated machine could not be built: {last}").format(
            last=causes[0] if causes else _("no reason was given")
        ),
        _("Nothing else was changed."),
        _(
            "look into {log}, mend the cause (network, disk space, user namespaces) and run the command again."
        ).format(log=kept),
    )


def supported() -> bool:
    """Tell whether this machine's processor is the one that is emulated."""
    return sys.platform == "linux" and platform.machine() == "x86_64"
