"""A way to a Docker daemon in a container: a Unix socket here, and each connection an exec there.

`docker system dial-stdio` joins its input and output to the daemon's socket; docker's own SSH transport
starts the same command at the other end. So nothing listens on a network, and no keys are needed.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import tempfile
import threading
import weakref
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import IO

from docker.models.containers import Container

from drydock.engine import lookup, program

# What the other end says before it speaks for the daemon: an exec that fails has said something else, or nothing.
THERE = b"there\n"
DIAL = ["sh", "-c", "echo there && exec docker system dial-stdio"]
ATTEMPTS = 3  # runc's exec fails now and then: "read init-p: connection reset by peer"
CHUNK = 2**16  # bytes


class Tunnel:
    """A socket that only this user can open, at `url`; it ends with `close`, or with this process."""

    def __init__(self, container: Container) -> None:
        # A path of its own, short: the address of a Unix socket has at most 107 bytes, and 103 on macOS.
        self._folder = Path(tempfile.mkdtemp(prefix="dd-", dir="/tmp"))  # mkdtemp gives mode 0700
        self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)  # at exit, too
        # The one that connect() chose, else the one it would choose.
        engine = getattr(container.client, "engine", None) or lookup.find()
        arguments = ["exec", "-i", str(container.id), *DIAL]
        self._command, self._environment = program.line(engine, arguments)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self._folder / "docker.sock"))
        self._listener.listen()
        self.url = f"unix://{self._folder}/docker.sock"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._relay, args=(connection,), daemon=True).start()

    def _relay(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):  # either end may go at any time
            for _attempt in range(ATTEMPTS):
                with subprocess.Popen(
                    self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=self._environment
                ) as far:
                    assert far.stdin and far.stdout
                    if far.stdout.read(len(THERE)) == THERE:
                        threading.Thread(target=_send, args=(connection, far.stdin), daemon=True).start()
                        try:
                            while data := far.stdout.read1(CHUNK):  # type: ignore[attr-defined]
                                connection.sendall(data)
                        finally:
                            connection.shutdown(socket.SHUT_RDWR)  # ends _send, too
                            far.terminate()
                        return

    def close(self) -> None:
        """Take no more connections, and remove the socket; those that are open end when their users close them."""
        with contextlib.suppress(OSError):  # macOS: a listening socket is not connected
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._remove()


def _send(connection: socket.socket, far: IO[bytes]) -> None:
    """Pass on what comes from a connection, and its end."""
    with contextlib.suppress(OSError), far:
        while data := connection.recv(CHUNK):
            far.write(data)
            far.flush()
