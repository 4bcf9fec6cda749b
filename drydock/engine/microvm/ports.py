"""Ports that containers publish: asked for in the machine (engine/port.py), opened here.

QEMU listens on 127.0.0.1 and passes on to the machine's address.
"""

from __future__ import annotations

import asyncio

from drydock.engine.microvm.machine import ADDRESS
from drydock.engine.microvm.qemu import Qemu, QemuError

SOCKET = "ports"


class Ports:
    """What is passed on at the moment, such as "tcp 8000"."""

    def __init__(self, qemu: Qemu) -> None:
        self._qemu = qemu
        self.open: list[str] = []

    async def add(self, what: str) -> str:
        """Open a port; return "ok", or why it can't be opened."""
        if what in self.open:
            return "ok"
        protocol, port = what.split()
        said = await self._qemu.monitor(
            f"hostfwd_add net {protocol}:127.0.0.1:{int(port)}-{ADDRESS}:{int(port)}"
        )
        if said:
            return "Address already in use" if int(port) >= 1024 else "Address already in use, or below 1024"
        self.open.append(what)
        return "ok"

    async def remove(self, what: str) -> str:
        """Close a port."""
        if what in self.open:
            protocol, port = what.split()
            await self._qemu.monitor(f"hostfwd_remove net {protocol}:127.0.0.1:{int(port)}")
            self.open.remove(what)
        return "ok"

    async def serve(self) -> None:
        """Answer the machine's requests, a line each: who asks, `add`, `remove` or `clear`, protocol and port."""
        reader, writer = await asyncio.open_unix_connection(SOCKET)
        while line := await reader.readline():
            who, _space, request = line.decode(errors="replace").strip().partition(" ")
            writer.write(f"{who} {await self.answer(request)}\n".encode())
            await writer.drain()

    async def answer(self, request: str) -> str:
        """Do what one request says and return the answer to it."""
        verb, _space, what = request.partition(" ")
        try:
            if verb == "clear":
                for port in list(self.open):
                    await self.remove(port)
                return "ok"
            if verb in ("add", "remove"):
                return await (self.add if verb == "add" else self.remove)(what)
        except (ValueError, QemuError) as error:
            return str(error)
        return f"unknown request: {request}"
