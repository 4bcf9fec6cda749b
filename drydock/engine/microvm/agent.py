"""The agent in the machine: runs what the keeper asks for, as root there.

Source: QEMU documentation, "QEMU Guest Agent Protocol Reference".
"""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

from qemu.qmp import QMPClient

PAUSE = 0.02  # s between two questions whether a command has ended
SENT = Path(__file__).parent / "sent"


class AgentError(Exception):
    """A command in the machine failed, or nobody there answered."""


class Agent:
    """A connection to the agent, which stays open as long as the machine runs."""

    def __init__(self) -> None:
        self._client = QMPClient("agent")
        # It says nothing by itself, and knows no negotiation.
        self._client.await_greeting = False
        self._client.negotiate = False

    async def connect(self, socket: str, patience: float) -> None:
        """Speak to the agent once it answers. Raises AgentError after `patience` s."""
        await self._client.connect(socket)
        try:
            # What is asked before it listens waits in the port, so this returns as soon as it is there.
            await self.ask("guest-ping", patience)
        except TimeoutError as error:
            raise AgentError(f"no answer from the machine within {patience:.0f} s") from error

    async def close(self) -> None:
        """End the connection."""
        await self._client.disconnect()

    async def ask(self, command: str, patience: float = 10.0, **arguments: Any) -> Any:
        """Return the answer to one command of the agent's protocol."""
        return await asyncio.wait_for(self._client.execute(command, arguments or None), patience)

    async def run(self, *command: str, stdin: bytes = b"", patience: float = 30.0) -> str:
        """Run a program in the machine and return its standard output. Raises AgentError if it fails."""
        given = base64.b64encode(stdin).decode()
        options: dict[str, Any] = {"arg": list(command[1:]), "input-data": given, "capture-output": True}
        begun = await self.ask("guest-exec", path=command[0], **options)

        async def ended() -> Any:
            while not (state := await self.ask("guest-exec-status", pid=begun["pid"]))["exited"]:
                await asyncio.sleep(PAUSE)
            return state

        state = await asyncio.wait_for(ended(), patience)
        output, errors = (
            base64.b64decode(state.get(key, "")).decode(errors="replace") for key in ("out-data", "err-data")
        )
        if state.get("exitcode") != 0:
            raise AgentError((errors.strip() or output.strip() or f"{command[0]}: {state}").splitlines()[-1])
        return output

    async def script(self, name: str, *arguments: str, stdin: bytes = b"", patience: float = 30.0) -> str:
        """Run one of the scripts in `sent/` in the machine and return what it prints. Raises AgentError if it fails."""
        text = (SENT / f"{name}.sh").read_text()
        try:
            return await self.run("/bin/sh", "-c", text, name, *arguments, stdin=stdin, patience=patience)
        except AgentError as error:
            raise AgentError(f"{name}: {error}") from error
