"""One machine: how it starts, from a saved state or from its disk, and how it is saved at the end (see serving.py)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from drydock.engine import process
from drydock.engine.microvm import endpoint, exports, luggage, saved, status
from drydock.engine.microvm.agent import Agent, AgentError
from drydock.engine.microvm.machine import Machine, memory
from drydock.engine.microvm.ports import Ports
from drydock.engine.microvm.qemu import Qemu, QemuError
from drydock.text import _

RESTORED, BOOTED = 20.0, 180.0  # s that a machine has for its first answer
EXPECTED = (QemuError, AgentError, TimeoutError, OSError)


class Keeper:
    """One machine, from its start to its end."""

    def __init__(self, folder: Path, accelerator: str) -> None:
        self.folder = folder
        self.machine = Machine(accelerator, memory())
        self.exports = exports.folders()
        self.agent = Agent()
        self.qemu: Qemu
        self.ports: Ports
        self.port = 0
        self.luggage: asyncio.Task[bytes]
        self.tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Bring the machine up, from its saved state where there is one that fits."""
        self.luggage = asyncio.create_task(asyncio.to_thread(luggage.pack, self.folder))
        self.port = endpoint.free_port(self.folder / "port")
        state = saved.read(self.folder)
        why = _("there is no saved state") if state is None else saved.differs(state, self.machine.identity)
        if state is not None and why is None:
            try:
                await self.restore(state)
                return
            except EXPECTED as error:
                why = _("the saved state could not be used: {error}").format(error=error)
                await self.end()
        elif state is not None:
            why = _("the saved state is of {other}").format(other=why)
        await self.boot(why or "")

    async def restore(self, state: saved.Saved) -> None:
        """Go on from a saved state."""
        self.say("restoring")
        await self.launch("-S", "-incoming", f"exec:cat '{state.stream}'")
        await self.qemu.restored()
        saved.forget(self.folder)
        await self.qemu.ask("cont")
        await self.agent.connect("guest_agent", RESTORED)
        lost = [port for port in state.ports if await self.ports.add(port) != "ok"]
        await self.wake(state.stopped)
        if lost:
            print(f"taken by others since the machine was saved: {', '.join(lost)}", flush=True)

    async def boot(self, why: str) -> None:
        """Start from the disk."""
        self.say("booting", why=why)
        saved.forget(self.folder)
        await self.launch()
        await self.agent.connect("guest_agent", BOOTED)
        await self.wake([])

    async def launch(self, *more: str) -> None:
        self.qemu = await Qemu.launch(self.folder, self.machine.command(self.exports, self.port), *more)
        (self.folder / "qemu.pid").write_text(process.identity(self.qemu.process.pid))
        self.ports = Ports(self.qemu)
        self.begin(self.ports.serve())

    def begin(self, *works: Coroutine[Any, Any, None]) -> None:
        """Do something as long as the machine runs."""
        self.tasks += [asyncio.create_task(work) for work in works]

    async def wake(self, stopped: list[str]) -> None:
        """Tell the machine what is of this start: the time, the keys, the learner's folders and settings."""
        mounts = [part for export in self.exports for part in (export.tag, str(export.path))]
        now = f"{time.time():.0f}"
        await self.agent.script("wake", now, *mounts, stdin=await self.luggage, patience=BOOTED)
        deadline = time.monotonic() + BOOTED
        while not await endpoint.answers(self.folder / "tls", self.port):
            if self.qemu.process.returncode is not None or time.monotonic() > deadline:
                raise AgentError("Docker does not answer in the machine")
            await asyncio.sleep(0.02)
        if stopped:
            await self.agent.run("/usr/bin/docker", "start", *stopped, patience=BOOTED)

    async def stop(self) -> None:
        """Save the machine as it runs and end it; where that fails, end it with its disk in order."""
        self.say("saving")
        partial = self.folder / f"{saved.STREAM}.partial"
        folders = [str(export.path) for export in self.exports]
        try:
            said = await self.agent.script("rest", *folders, patience=60)
            await self.qemu.ask("stop")
            await self.qemu.save(partial)
        except EXPECTED as error:
            print(f"The machine was not saved, and will start from its disk: {error}", flush=True)
            await self.end()
            partial.unlink(missing_ok=True)
            return
        state = saved.Saved(Path(saved.STREAM), self.machine.identity, self.ports.open, said.split())
        await self.end()
        partial.rename(self.folder / saved.STREAM)
        saved.write(self.folder, state)

    async def end(self) -> None:
        """End QEMU and what we do for it."""
        for task in self.tasks:
            task.cancel()
        with contextlib.suppress(Exception):  # it may not have been connected yet, or the machine has gone
            await self.agent.close()
        self.agent = Agent()
        with contextlib.suppress(AttributeError):  # there is no QEMU yet
            await self.qemu.end()

    def say(self, phase: str, **more: Any) -> None:
        """Tell start() what is going on."""
        status.write(
            self.folder, {"phase": phase, "port": self.port, "accelerator": self.machine.accelerator, **more}
        )
