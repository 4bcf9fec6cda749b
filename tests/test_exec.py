"""`exec_run` gives all that was said, whenever it arrives; docker-py's own loses what comes with the header."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path

import pytest
from docker.api.client import APIClient

from drydock.client import LabellingAPI
from drydock.execution import ExecAPI

SAID = b"all is well\n"


@pytest.mark.parametrize(("api", "heard"), [(LabellingAPI, SAID), (ExecAPI, SAID), (APIClient, b"")])
def test_what_comes_with_the_header(tmp_path: Path, api: type[APIClient], heard: bytes) -> None:
    """An engine whose answer is one piece, as a real one's now and then is on a busy machine."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "engine"))
        listener.listen()
        engine = threading.Thread(target=answer, args=(listener,))
        engine.start()
        asking = api(base_url=f"unix://{tmp_path}/engine", version="1.45")
        assert asking.exec_start("id") == heard
        engine.join()
        asking.close()


def answer(listener: socket.socket) -> None:
    connection, _peer = listener.accept()
    with connection:
        request = b""
        while not request.endswith(b"}"):
            request += connection.recv(4096)
        status = b"101 UPGRADED" if b"Upgrade: tcp" in request else b"200 OK"
        header = b"HTTP/1.1 " + status + b"\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"
        connection.sendall(header + struct.pack(">BxxxL", 1, len(SAID)) + SAID)
