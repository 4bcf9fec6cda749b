"""What the keeper looks after while the machine runs: its clock, and the space on this disk."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from drydock.engine.microvm.agent import Agent
from drydock.engine.microvm.qemu import Qemu

CLOCK = 10.0  # s between two looks at the machine's clock
DRIFT = 0.5  # s
DISK = 1.0  # s between two looks whether the machine has stopped for want of space
SPACE = 200 << 20  # bytes that must be free until it goes on


async def clock(agent: Agent) -> None:
    """Set the machine's clock whenever it differs from ours: after this machine was suspended, for one."""
    while True:
        await asyncio.sleep(CLOCK)
        with contextlib.suppress(Exception):  # the next look is soon
            theirs = await agent.ask("guest-get-time") / 1e9
            if abs(theirs - time.time()) > DRIFT:
                await agent.ask("guest-set-time", time=time.time_ns())


async def disk(qemu: Qemu, folder: Path, say: Callable[[str], None]) -> None:
    """Say that the disk here is full, which stops the machine, and let it go on once there is space."""
    while True:
        await asyncio.sleep(DISK)
        status = (await qemu.ask("query-status"))["status"]
        if status != "io-error":
            continue
        say("full")
        while shutil.disk_usage(folder).free < SPACE:
            await asyncio.sleep(DISK)
        await qemu.ask("cont")
        say("ready")
