"""An image as a container and as a virtual machine, both at once."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drydock.client import LabellingClient
from drydock.engine import system
from drydock.engine.microvm import accelerators, base, machine
from drydock.errors import DrydockError
from drydock.text import _
from drydock.virtual import contents

MEMORY = 512  # MiB; the image's files are in there, too
PATIENCE = 120.0  # s
# What both say of themselves, and then they go on.
SAY = 'echo "witness $(uname -r) $(cat /proc/sys/kernel/random/boot_id)"; exec sleep 1d'


@dataclass(frozen=True)
class Witness:
    """What a container or a virtual machine said of itself, and what it cost."""

    kind: str  # "container" or "virtual machine"
    seconds: float  # from the order to its first line
    mib: float  # memory that it takes of its host
    kernel: str  # the release
    boot_id: str  # drawn by the kernel, once at each boot
    how: str  # "kvm" or "tcg" (each instruction is translated) for a machine


def compare(client: LabellingClient, image: str) -> tuple[Witness, Witness]:
    """Run an image as a container and as a virtual machine, both at once, and return what each said and cost.

    The container stays until `clean`; the machine ends. Raises SetupError where QEMU is missing and can't be
    installed, DrydockError where the machine does not start.
    """
    if not base.supported():
        raise DrydockError(
            _(
                "The virtual machine to compare with is made for Linux on x86-64, and this is another machine."
            ),
            _("Nothing was started."),
            _("read on: the stored output of this cell is in the course's folder notebooks/."),
        )
    system.require(machine.QEMU, base.TOOLS[machine.QEMU])
    kernel = contents.kernel(client, image)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "vmlinuz").symlink_to(kernel)
        (folder / "initrd").write_bytes(contents.file_system(client, image, SAY))
        beside = as_container(client, image)
        with as_machine(folder, _accelerator()) as virtual:
            return beside, virtual


def as_container(client: LabellingClient, image: str) -> Witness:
    """Run an image as a container."""
    begun = time.monotonic()
    box: Any = client.containers.run(image, ["sh", "-c", SAY], detach=True)
    while not (line := box.logs().decode()):
        _check(time.monotonic() - begun < PATIENCE, line)
    seconds = time.monotonic() - begun
    used = box.stats(stream=False, one_shot=True)["memory_stats"]["usage"]
    _word, kernel, boot_id = line.split()
    return Witness("container", seconds, used / 2**20, kernel, boot_id, "")


@contextlib.contextmanager
def as_machine(folder: Path, accelerator: str) -> Iterator[Witness]:
    """Run `vmlinuz` with `initrd` in a folder as a virtual machine, until the block ends."""
    command = [machine.QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-M", "q35"]
    command += [
        "-accel",
        accelerator,
        "-cpu",
        machine.CPUS[accelerator],
        "-m",
        str(MEMORY),
        "-serial",
        "file:console",
    ]
    command += [
        "-kernel",
        "vmlinuz",
        "-initrd",
        "initrd",
        "-append",
        "console=ttyS0 quiet panic=-1 mitigations=off",
    ]
    begun = time.monotonic()
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            console = folder / "console"
            while not (said := _witness(console)):
                _check(process.poll() is None and time.monotonic() - begun < PATIENCE, _last(console))
                time.sleep(0.05)
            yield Witness(
                "virtual machine", time.monotonic() - begun, resident(process.pid), *said, accelerator
            )
        finally:
            process.kill()


def resident(pid: int) -> float:
    """Return how much memory a process takes, in MiB. Source: proc_pid_status(5), VmRSS."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def _accelerator() -> str:
    """Return "kvm" where the emulated engine's own try has shown that it works, else "tcg"."""
    built = base.find()
    return accelerators.best(built) if built is not None else "tcg"


def _witness(console: Path) -> tuple[str, str] | None:
    lines = console.read_text(errors="replace").splitlines() if console.exists() else []
    found = [line.split() for line in lines if line.startswith("witness ")]
    return (found[0][1], found[0][2]) if found and len(found[0]) == 3 else None


def _last(console: Path) -> str:
    return (
        (console.read_text(errors="replace").strip().splitlines() or [_("nothing")])[-1]
        if console.exists()
        else ""
    )


def _check(well: bool, said: str) -> None:
    if not well:
        raise DrydockError(
            _("What was to be compared did not start. It said: {said}").format(said=said[-200:]),
            _("Nothing was changed."),
            _("`drydock doctor` shows what this machine allows; then run the cell again."),
        )
