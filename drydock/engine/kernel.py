"""What this machine's kernel has to keep containers apart from it, beyond what every engine needs.

Source: kernel documentation, AppArmor, SELinux, seccomp_filter, user_namespaces(7).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from drydock.engine.probes import Probe
from drydock.text import _

NOBODY = 65534


def protections() -> list[Probe]:
    """Return what the kernel has, asked of the kernel itself; nothing where it is no Linux."""
    if sys.platform != "linux":
        return []
    return [_seccomp(), _apparmor(), _selinux(), _user_namespaces()]


def _seccomp() -> Probe:
    actions = Path("/proc/sys/kernel/seccomp/actions_avail")
    return _present("seccomp", actions.exists())


def _apparmor() -> Probe:
    """A kernel may have it built in and switched off."""
    switch = Path("/sys/module/apparmor/parameters/enabled")
    return _present("AppArmor", switch.exists() and switch.read_text().strip() == "Y")


def _selinux() -> Probe:
    """Its file system exists only where it is at work, also if it merely warns."""
    return _present("SELinux", "selinuxfs" in Path("/proc/filesystems").read_text().split())


def _user_namespaces() -> Probe:
    """Whether one who is not root may make one: what rootless engines need."""
    who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(["unshare", "--user", "true"], capture_output=True, text=True, **who)  # type: ignore[call-overload]
    holds = done.returncode == 0
    said = (done.stderr.strip().splitlines() or [_("refused")])[-1]
    return Probe(_("user namespaces"), holds, _("who is not root can make one") if holds else said)


def _present(name: str, holds: bool) -> Probe:
    return Probe(name, holds, _("at work") if holds else _("not in this kernel, or switched off"))
