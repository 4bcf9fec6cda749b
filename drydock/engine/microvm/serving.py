"""The process beside QEMU: it starts the machine, looks after it while it runs, and saves it at the end.

`python -m drydock.engine.microvm.serving FOLDER ACCELERATOR` runs in a machine's folder until SIGTERM, or until QEMU ends.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from drydock.engine.microvm import minding
from drydock.engine.microvm.keeper import EXPECTED, Keeper


async def run(keeper: Keeper) -> None:
    """Start, then serve until SIGTERM or QEMU's end."""
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    asked = asyncio.create_task(end.wait())
    starting = asyncio.create_task(keeper.start())
    await asyncio.wait((starting, asked), return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
    try:
        await starting
    except (Exception, asyncio.CancelledError) as error:
        keeper.say("failed", why=str(error) or type(error).__name__)
        await keeper.end()
        if not isinstance(error, (*EXPECTED, asyncio.CancelledError)):
            raise
        return
    keeper.begin(minding.clock(keeper.agent), minding.disk(keeper.qemu, keeper.folder, keeper.say))
    ended = asyncio.create_task(keeper.qemu.process.wait())
    keeper.say("ready")
    await asyncio.wait((asked, ended), return_when=asyncio.FIRST_COMPLETED)
    await (keeper.end() if ended.done() else keeper.stop())
    keeper.say("stopped")


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    asyncio.run(run(Keeper(Path(sys.argv[1]), sys.argv[2])))
