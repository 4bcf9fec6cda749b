"""What `microvm` needs of this machine: asked by trying."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

from drydock.engine.microvm import accelerators, base
from drydock.engine.microvm.machine import memory
from drydock.engine.probes import Probe, linux, until_one_fails
from drydock.text import _

BESIDES = 300  # MiB that QEMU takes beside the machine's own memory: translated code, and its own
SYSTEM_PATH = "/usr/sbin:/sbin"


def probes() -> list[Probe]:
    """Return the probes for `microvm`; the first that fails ends the list."""
    return until_one_fails(linux, _processor, _memory, _qemu, _machine)


def speed() -> str:
    """Return in words how the machine's instructions are run here."""
    if shutil.which("qemu-system-x86_64") is None:
        return _("KVM: not tried, as QEMU is not installed")
    works, found = accelerators.kvm(base.find())
    if works:
        return _("KVM: {found}; the machine runs at almost the speed of this one").format(found=found)
    return _("KVM: {found}; each instruction is translated (TCG), which is slower").format(found=found)


def _processor() -> Probe:
    return Probe(
        _("processor"), base.supported(), platform.machine(), _("use a machine with an x86-64 processor")
    )


def _memory() -> Probe:
    needed = memory() + BESIDES
    found = available()
    return Probe(
        _("memory"),
        found >= needed,
        _("{found} MiB can be had, {needed} are needed").format(found=found, needed=needed),
        _("end other programs, or set DRYDOCK_MICROVM_MEMORY to less than {size}").format(size=memory()),
    )


def available() -> int:
    """Return how much memory a new program can get, in MiB. Source: proc_meminfo(5), MemAvailable."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return 0


def _qemu() -> Probe:
    missing = [package for command, package in base.TOOLS.items() if shutil.which(command) is None]
    if not missing:
        return Probe("QEMU", True, _("installed"))
    names = " ".join(missing)
    if _can_install():
        return Probe("QEMU", True, _("can be installed: {packages}").format(packages=names))
    return Probe(
        "QEMU", False, _("QEMU is not installed"), _("install the packages {packages}").format(packages=names)
    )


def _machine() -> Probe:
    if base.find() is not None:
        return Probe(_("machine"), True, _("built"))
    if named := os.environ.get(base.SETTING):
        return Probe(
            _("machine"),
            False,
            _("{setting} names {folder}, and there is no machine that this user may read").format(
                setting=base.SETTING, folder=named
            ),
            _("name the folder that `drydock engine build` printed, and have its owner make it readable (chmod -R a+rX)"),
        )  # fmt: skip
    tools = base.FOR_BUILDING.items()
    missing = [
        package
        for command, package in tools
        if not shutil.which(command, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}")
    ]
    if missing and not _can_install():
        names = " ".join(missing)
        return Probe(
            _("machine"),
            False,
            _("its tools are not installed"),
            _("install the packages {packages}").format(packages=names),
        )
    if os.geteuid() != 0 and not _user_namespaces():
        return Probe(
            _("machine"),
            False,
            _("this user may not make user namespaces"),
            _("install the package uidmap, or have root build it: `drydock engine build`, and set {setting} to its folder").format(
                setting=base.SETTING),
        )  # fmt: skip
    return Probe(_("machine"), True, _("can be built"))


def _user_namespaces() -> bool:
    """Whether the build can become root as it will: with a range of user numbers, mapped by newuidmap."""
    if shutil.which("newuidmap") is None:
        return False
    return subprocess.run([*base.BECOME_ROOT, "true"], capture_output=True).returncode == 0


def _can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None
