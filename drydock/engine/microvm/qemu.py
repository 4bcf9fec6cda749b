"""A running QEMU, through its own protocol.

Source: QEMU documentation, "QEMU QMP Reference Manual".
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Any

from qemu.qmp import ConnectError, QMPClient

from drydock.engine.process import end_with_parent

PAUSE = 0.02  # s between two looks
PATIENCE = 20.0  # s until QEMU listens
END = 10.0  # s until a QEMU that was asked to end is killed
UNLIMITED = 1 << 40  # bytes/s: a file takes what it can, a network's limit is of no use


class QemuError(Exception):
    """QEMU ended, or refused."""


class Qemu:
    """A QEMU process and the connection to it. Its working folder is the machine's."""

    def __init__(self, folder: Path, process: asyncio.subprocess.Process) -> None:
        self.folder, self.process = folder, process
        self._client = QMPClient("qemu")

    @classmethod
    async def launch(cls, folder: Path, command: list[str], *more: str) -> Qemu:
        """Start QEMU in this process's working folder and connect to it. Raises QemuError with its last words if it ends at once."""
        for name in ("qmp", "guest_agent", "ports"):
            (folder / name).unlink(missing_ok=True)
        with (folder / "qemu.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *command,
                *more,
                cwd=folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent,
            )
        qemu = cls(folder, process)
        deadline = time.monotonic() + PATIENCE
        while True:
            if time.monotonic() > deadline:
                process.kill()
                raise QemuError(f"QEMU did not listen within {PATIENCE:.0f} s")
            if process.returncode is not None:
                raise QemuError(qemu.last_words())
            if (folder / "qmp").exists():
                with contextlib.suppress(ConnectError, OSError):
                    await qemu._client.connect("qmp")  # relative: a socket's name may be 107 bytes long
                    return qemu
            await asyncio.sleep(PAUSE)

    def last_words(self) -> str:
        """Return the last line that QEMU wrote."""
        lines = (self.folder / "qemu.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "QEMU said nothing"

    async def ask(self, command: str, **arguments: Any) -> Any:
        """Return QEMU's answer. Raises QemuError when it refuses or has ended."""
        try:
            return await self._client.execute(command, arguments or None)
        except Exception as error:  # each kind of a lost connection has a class of its own
            raise QemuError(str(error) or type(error).__name__) from error

    async def monitor(self, line: str) -> str:
        """Return what a command of the monitor for people prints: for what has no other command."""
        return str(await self.ask("human-monitor-command", **{"command-line": line})).strip()

    async def restored(self) -> None:
        """Wait until the incoming state is complete. Raises QemuError if it can't be used."""
        while (await self.ask("query-status"))["status"] == "inmigrate":
            if self.process.returncode is not None:
                raise QemuError(self.last_words())
            await asyncio.sleep(PAUSE)

    async def save(self, file: Path) -> None:
        """Write memory and devices of the stopped machine to `file`. Raises QemuError if that fails."""
        await self.ask("migrate-set-parameters", **{"max-bandwidth": UNLIMITED})
        await self.ask("migrate", uri=f"exec:cat > '{file.name}'")
        while (state := await self.ask("query-migrate")).get("status") != "completed":
            if state.get("status") in ("failed", "cancelled"):
                raise QemuError(state.get("error-desc", "the state could not be written"))
            await asyncio.sleep(PAUSE)

    async def end(self) -> None:
        """End QEMU, which writes its disk out; kill it if it does not end."""
        with contextlib.suppress(Exception):  # it may have ended meanwhile
            await self._client.disconnect()
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), END)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
