"""Requests for ports, as the machine may send them: whatever is asked, there is one answer, and QEMU is asked for no nonsense."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from drydock.engine.microvm.ports import Ports


class Monitor:
    """QEMU's monitor, which notes what it is told, and refuses port 80."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def monitor(self, line: str) -> str:
        self.told.append(line)
        return "could not set up host forwarding rule" if ":80-" in line else ""


def ask(*requests: str) -> tuple[list[str], Any]:
    ports = Ports(Monitor())  # type: ignore[arg-type]

    async def all_of_them() -> list[str]:
        return [await ports.answer(request) for request in requests]

    return asyncio.run(all_of_them()), ports


def test_opened_once_and_closed_once() -> None:
    answers, ports = ask(
        "add tcp 8000", "add tcp 8000", "add udp 53000", "remove tcp 8000", "remove tcp 8000"
    )
    assert answers == ["ok"] * 5
    assert ports.open == ["udp 53000"]
    assert ports._qemu.told == [
        "hostfwd_add net tcp:127.0.0.1:8000-10.0.2.15:8000",
        "hostfwd_add net udp:127.0.0.1:53000-10.0.2.15:53000",
        "hostfwd_remove net tcp:127.0.0.1:8000",
    ]


def test_a_port_that_qemu_refuses_is_not_open() -> None:
    answers, ports = ask("add tcp 80")
    assert answers == ["Address already in use, or below 1024"]
    assert ports.open == []


def test_all_are_closed_when_dockerd_has_ended() -> None:
    answers, ports = ask("add tcp 8000", "add tcp 8001", "clear")
    assert answers == ["ok"] * 3
    assert ports.open == []


@pytest.mark.parametrize("request_", ["", "add", "add tcp", "add tcp x", "add tcp 1-0.0.0.0:1", "open tcp 1"])
def test_nonsense_is_refused(request_: str) -> None:
    answers, ports = ask(request_)
    assert answers != ["ok"]
    assert ports.open == ports._qemu.told == []
