"""What the kernel has, as doctor says it, is what the engine on it finds."""

from __future__ import annotations

import platform

import pytest

from drydock.client import LabellingClient
from drydock.engine import doctor, kernel


def test_the_engine_on_this_kernel_finds_the_same(client: LabellingClient) -> None:
    if client.info()["KernelVersion"] != platform.release():
        pytest.skip("the engine has another kernel")
    options = {option.split(",")[0].removeprefix("name=") for option in client.info()["SecurityOptions"]}
    found = {probe.what.lower(): probe.holds for probe in kernel.protections()}
    assert {name: name in options for name in ("seccomp", "apparmor")} == {
        name: found[name] for name in ("seccomp", "apparmor")
    }
    assert list(found) == ["seccomp", "apparmor", "selinux", "user namespaces"]


def test_doctor_names_each_once() -> None:
    report = doctor.report()
    for probe in kernel.protections():
        assert report.count(f" {probe.what}: ") == 1
