"""Where the engine's API is reached: a port of this machine's loopback."""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

from drydock.engine.microvm import keys


async def answers(tls: Path, port: int) -> bool:
    """Tell whether the engine answers here, with the learner's certificate. Source: Docker Engine API, SystemPing."""
    context = ssl.create_default_context(cafile=str(tls / "ca.pem"))
    context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(keys.HOST, port, ssl=context)
            writer.write(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            answer = await reader.readline()
            writer.close()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in answer


def free_port(file: Path) -> int:
    """Return the port that the file names if it is free, else a new one, and write that into the file."""
    last = int(file.read_text()) if file.exists() else 0
    for port in (last, 0):
        with socket.socket() as probe:
            try:
                probe.bind((keys.HOST, port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
        file.write_text(str(found))
        return found
    raise OSError("no free port on 127.0.0.1")
