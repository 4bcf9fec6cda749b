"""What a container's first process may do, as its kernel says it.

Source: proc_pid_status(5), capabilities(7), user_namespaces(7); linux/capability.h for the numbers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from docker.models.containers import Container

from drydock.errors import DrydockError
from drydock.text import _

# In the order of their numbers.
CAPABILITIES = (
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
)  # fmt: skip
SECCOMP = {"0": "none", "1": "strict", "2": "filter"}


@dataclass(frozen=True)
class Privileges:
    """The rights of a process. `uid` is its effective user, in its own user namespace."""

    uid: int
    effective: frozenset[str]  # capabilities that it has now
    bounding: frozenset[str]  # those that it, or a program that it starts, can ever have
    no_new_privs: bool
    seccomp: str  # "none", "strict" or "filter"


def read(container: Container) -> Privileges:
    """Ask a running container's kernel about process 1. The container needs `cat`.

    Raises DrydockError when it can't be read; docker.errors.APIError when the container does not run.
    """
    code, output = container.exec_run(["cat", "/proc/1/status"])
    text = bytes(output).decode(errors="replace")  # type: ignore[arg-type]
    if code != 0:
        raise DrydockError(
            _("/proc/1/status could not be read in {name}: {text}").format(name=container.name, text=text.strip()),
            _("The container is as it was."),
            _("`docker exec {name} cat /proc/1/status` shows more; the image needs `cat`.").format(
                name=container.name
            ),
        )  # fmt: skip
    return parse(text)


def parse(status: str) -> Privileges:
    """Return what the text of a /proc/PID/status says."""
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return Privileges(
        uid=int(fields["Uid"].split()[1]),
        effective=names(int(fields["CapEff"], 16)),
        bounding=names(int(fields["CapBnd"], 16)),
        no_new_privs=fields["NoNewPrivs"].strip() == "1",
        seccomp=SECCOMP.get(fields.get("Seccomp", "0").strip(), "?"),
    )


def names(mask: int) -> frozenset[str]:
    """Return the capabilities of a mask, without "CAP_"; one that is newer than this list is a number."""
    bits = (number for number in range(mask.bit_length()) if mask >> number & 1)
    return frozenset(CAPABILITIES[bit] if bit < len(CAPABILITIES) else str(bit) for bit in bits)


def listed(capabilities: Collection[str]) -> str:
    """Return capabilities as a text: sorted, or the word for none of them."""
    return ", ".join(sorted(capabilities)) or _("none")
