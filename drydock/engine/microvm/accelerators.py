"""KVM where it truly works, and else TCG, QEMU's translation of each instruction."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path

from drydock.engine import paths
from drydock.engine.microvm import machine
from drydock.text import _
from drydock.writing import write_whole

SETTING = "DRYDOCK_MICROVM_ACCELERATOR"
DEVICE = Path("/dev/kvm")
PATIENCE = 10.0  # s for a kernel to reach its first program
WORKS = "drydock: this processor works"


def best(origin: Path) -> str:
    """Return "kvm" or "tcg": what the learner set, or what a try with the machine's own kernel showed."""
    return os.environ.get(SETTING) or ("kvm" if kvm(origin)[0] else "tcg")


def kvm(origin: Path | None) -> tuple[bool, str]:
    """Tell whether KVM works here, and what was found; a try counts until the kernel or QEMU is another."""
    if not os.access(DEVICE, os.R_OK | os.W_OK):
        said = _("this user may not open {device}") if DEVICE.exists() else _("{device} is not there")
        return False, said.format(device=DEVICE)
    if origin is None:
        return False, _("not tried yet: the machine is not built")
    known, key = paths.home() / "kvm.json", f"{platform.release()} {machine.version()}"
    try:
        if (tried := json.loads(known.read_text()))["on"] == key:
            return tried["works"], tried["found"]
    except (OSError, ValueError, KeyError):
        pass
    works, found = attempt(origin)
    write_whole(known, json.dumps({"on": key, "works": works, "found": found}).encode())
    return works, found


def attempt(origin: Path) -> tuple[bool, str]:
    """Start the machine's kernel under KVM, with a program that says that it runs."""
    command = [machine.QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-M", "q35"]
    command += ["-accel", "kvm", "-cpu", "host", "-m", "256", "-serial", "stdio"]
    command += ["-kernel", str(origin / "vmlinuz"), "-initrd", str(origin / "initrd")]
    command += ["-append", "console=ttyS0 quiet panic=-1 rdinit=/try"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return False, _("a kernel did not start in {seconds:.0f} s").format(seconds=PATIENCE)
    if WORKS in done.stdout:
        return True, _("a kernel was started")
    said = (done.stderr.strip().splitlines() or [_("the kernel ended early")])[-1]
    return False, _("a kernel did not start: {said}").format(said=said)
