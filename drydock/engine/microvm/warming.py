"""The first start of a machine that was just built, and its saved state: `python -m drydock.engine.microvm.warming FOLDER [BUNDLES]`."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from drydock.engine.microvm import saved
from drydock.engine.microvm.agent import Agent, AgentError
from drydock.engine.microvm.machine import Export, Machine, memory
from drydock.engine.microvm.qemu import Qemu, QemuError

PATIENCE = 300.0  # s
LOADING = 1800.0  # s for images: a translated processor takes a minute for 150 MB


async def warm(folder: Path, bundles: Path | None = None, accelerator: str = "tcg") -> None:
    """Start the machine in `folder` without keys and folders of anybody, run one container, and save it.

    The images in the `*.tar` files of `bundles` are loaded before.
    """
    machine = Machine(accelerator, memory())
    nobodys = folder / "empty"
    nobodys.mkdir()
    exports = [Export("home", bundles or nobodys), Export("course", nobodys)]
    qemu = await Qemu.launch(folder, machine.command(exports, 0))
    try:
        agent = Agent()
        await agent.connect("guest_agent", PATIENCE)
        await agent.run("/bin/date", "-s", f"@{time.time():.0f}")
        await agent.script("warm", *(["home"] if bundles else []), patience=LOADING if bundles else PATIENCE)
        await agent.close()
        await qemu.ask("stop")
        await qemu.save(folder / saved.STREAM)
    finally:
        await qemu.end()
    nobodys.rmdir()
    for name in ("qmp", "guest_agent", "ports", "console", "qemu.log"):
        (folder / name).unlink(missing_ok=True)
    saved.write(folder, saved.Saved(Path(saved.STREAM), machine.identity))


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    try:
        asyncio.run(warm(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None))
    except (QemuError, AgentError, TimeoutError) as error:
        sys.exit(str(error) or type(error).__name__)
