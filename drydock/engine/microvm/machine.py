"""The emulated machine: its size, its devices, and QEMU's command line.

Source: QEMU documentation, "Invocation".
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from drydock.engine import daemon
from drydock.errors import EngineUnavailableError
from drydock.text import _

QEMU = "qemu-system-x86_64"
MEMORY = "DRYDOCK_MICROVM_MEMORY"  # MiB
USUAL_MEMORY, LEAST_MEMORY = 1024, 512
# One where instructions are translated: with two, a processor may run what the other has just replaced in the kernel's
# code, and the kernel panics ("Oops: int3"; seen with QEMU 7.2 on a busy machine). One is also translated to cheaper code.
PROCESSORS = {"tcg": 1, "kvm": 2}
TRANSLATED = 256  # MiB of translated code; QEMU's own choice would be 1 GiB
ADDRESS = "10.0.2.15"
API = 2376
# No TSC: it counts as fast as the processor that a state was saved on, and the next one may be another.
KERNEL = "console=ttyS0 quiet net.ifnames=0 mitigations=off tsc=unstable clocksource=hpet panic=-1 random.trust_cpu=on"
CPUS = {"tcg": "Nehalem", "kvm": "host"}


@dataclass(frozen=True)
class Export:
    """A folder of the learner's that the machine sees at the same path."""

    tag: str
    path: Path


@dataclass(frozen=True)
class Machine:
    """What must be the same where a saved state is to go on: another value needs a cold start."""

    accelerator: str  # "tcg" or "kvm"
    memory: int  # MiB

    @property
    def identity(self) -> dict[str, Any]:
        """Return what a saved state is bound to."""
        shape = hashlib.sha256(
            " ".join(self.command([Export("home", Path("/")), Export("course", Path("/"))], 0)).encode()
        )
        return {
            "qemu": version(),
            "accelerator": self.accelerator,
            "processor": CPUS[self.accelerator] if self.accelerator == "tcg" else _host_processor(),
            "memory": self.memory,
            "devices": shape.hexdigest()[:12],
        }

    def command(self, exports: list[Export], port: int) -> list[str]:
        """Return QEMU's command line for a folder that holds `vmlinuz`, `initrd` and `disk.qcow2`.

        Sockets are named relative to that folder, as their names may be 107 bytes long at most.
        """
        accelerators = {"tcg": f"tcg,tb-size={TRANSLATED}", "kvm": "kvm"}
        command = [
            QEMU,
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-no-reboot",
            "-M",
            "q35,hpet=on",
        ]
        command += ["-accel", accelerators[self.accelerator], "-cpu", CPUS[self.accelerator]]
        command += ["-smp", str(PROCESSORS[self.accelerator]), "-m", str(self.memory)]
        command += ["-kernel", "vmlinuz", "-initrd", "initrd", "-append", KERNEL]
        command += ["-serial", "file:console", "-qmp", "unix:qmp,server=on,wait=off"]
        command += [
            "-drive",
            "file=disk.qcow2,format=qcow2,if=virtio,cache=writeback,discard=unmap,detect-zeroes=unmap",
        ]
        command += ["-netdev", f"user,id=net,hostfwd=tcp:127.0.0.1:{port}-{ADDRESS}:{API}"]
        command += ["-device", "virtio-net-pci,netdev=net,romfile="]
        # Learners begin with one state; the number that is new at each start has the kernel draw new random numbers.
        command += ["-device", "vmgenid,guid=auto"]
        command += ["-device", "virtio-rng-pci", "-device", "virtio-balloon-pci,free-page-reporting=on"]
        command += ["-device", "virtio-serial-pci"]
        for name in ("org.qemu.guest_agent.0", "dev.drydock.ports"):
            short = name.split(".")[2]
            command += ["-chardev", f"socket,id={short},path={short},server=on,wait=off"]
            command += ["-device", f"virtserialport,chardev={short},name={name}"]
        for export in exports:
            path = str(export.path).replace(",", ",,")
            command += ["-fsdev", f"local,id={export.tag},path={path},security_model=none,multidevs=remap"]
            command += ["-device", f"virtio-9p-pci,fsdev={export.tag},mount_tag={export.tag}"]
        return command


def memory() -> int:
    """Return the machine's memory in MiB, as the learner set it or the usual size. Raises EngineUnavailableError."""
    size = os.environ.get(MEMORY) or str(USUAL_MEMORY)
    if not size.isdecimal() or int(size) < LEAST_MEMORY:
        raise EngineUnavailableError(
            _("{setting}={size} is no size that the emulated machine can have.").format(
                setting=MEMORY, size=size
            ),
            _("Nothing was started."),
            _("give a whole number of MiB, {least} or more; without the setting it is {usual}.").format(
                least=LEAST_MEMORY, usual=USUAL_MEMORY
            ),
        )
    return int(size)


@cache
def version() -> str:
    """Return QEMU's version as it says it itself."""
    return subprocess.run(
        [QEMU, "--version"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[0]


def daemon_json(registries: dict[str, Any]) -> str:
    """Return dockerd's configuration in the machine. crun is written in C, and starts a second sooner under translation than runc."""
    crun = {"default-runtime": "crun", "runtimes": {"crun": {"path": "/usr/local/sbin/crun"}}}
    return json.dumps(daemon.configuration(hosts=["unix:///run/docker.sock"], **crun, **registries), indent=1)


def _host_processor() -> str:
    """Return the name of the processor here, which a guest under KVM is given as it is."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
