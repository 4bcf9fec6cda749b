"""What `microvm` finds out about a machine. Of KVM this tests what is found, with a QEMU that only says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from drydock.engine import microvm
from drydock.engine.microvm import accelerators, allowed, base, machine
from drydock.engine.probes import Probe
from drydock.errors import EngineUnavailableError


@pytest.fixture
def qemu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in QEMU's place, a device that may be opened, and nothing tried before."""
    device, program = tmp_path / "kvm", tmp_path / "qemu"
    device.touch()
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(accelerators, "DEVICE", device)
    monkeypatch.setattr(machine, "QEMU", str(program))
    monkeypatch.setattr(machine, "version", lambda: "1")
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path / "home"))
    return program


def test_kvm_that_works_is_used_and_tried_once(qemu: Path) -> None:
    qemu.write_text(f"#!/bin/sh\necho '{accelerators.WORKS}'\n")
    assert accelerators.best(qemu.parent) == "kvm"
    qemu.write_text("#!/bin/sh\nexit 1\n")
    assert accelerators.best(qemu.parent) == "kvm"


@pytest.mark.parametrize(
    ("does", "found"),
    [
        ("echo 'kvm: assertion failed' >&2; exit 134", "a kernel did not start: kvm: assertion failed"),
        ("sleep 9", "a kernel did not start in 0 s"),
        ("exit 0", "a kernel did not start: the kernel ended early"),
    ],
)
def test_kvm_that_is_there_and_does_not_work(
    qemu: Path, monkeypatch: pytest.MonkeyPatch, does: str, found: str
) -> None:
    monkeypatch.setattr(accelerators, "PATIENCE", 0.4)
    qemu.write_text(f"#!/bin/sh\n{does}\n")
    assert accelerators.kvm(qemu.parent) == (False, found)
    assert accelerators.best(qemu.parent) == "tcg"


def test_no_kvm(qemu: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerators, "DEVICE", Path("/nonexistent/kvm"))
    assert accelerators.kvm(qemu.parent) == (False, "/nonexistent/kvm is not there")


def test_too_little_memory_says_how_much_and_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowed, "available", lambda: 900)
    lacking = microvm.probes()[-1]
    assert not lacking.holds
    assert lacking.found == "900 MiB can be had, 1324 are needed"
    assert "DRYDOCK_MICROVM_MEMORY to less than 1024" in lacking.remedy


def test_a_memory_size_that_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("much", "12"):
        monkeypatch.setenv(machine.MEMORY, value)
        with pytest.raises(EngineUnavailableError, match=r"MEMORY=.* is no size.*\n.*\nHint: .*MiB"):
            machine.memory()


def test_a_named_machine_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not built in its place without a word: who names one has it, or has mistyped it."""
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path))
    monkeypatch.setenv(base.SETTING, str(tmp_path / "machine"))
    monkeypatch.setattr(allowed, "_qemu", lambda: Probe("QEMU", True, ""))
    last = microvm.probes()[-1]
    assert not last.holds
    assert (
        last.found
        == f"DRYDOCK_MACHINE names {tmp_path}/machine, and there is no machine that this user may read"
    )
