"""A small client of the Debug Adapter Protocol: what an editor says to debugpy."""

from __future__ import annotations

import contextlib
import json
import socket
from types import TracebackType
from typing import Any

from drydock.errors import DrydockError
from drydock.text import _

PATIENCE = 10  # s until an answer counts as missing


class Session:
    """One conversation with a debugger on a TCP port of this machine; `with` ends it.

    Source: Debug Adapter Protocol, specification 1.x, "Base Protocol".
    """

    def __init__(self, port: int, host: str = "127.0.0.1", timeout: float = PATIENCE) -> None:
        self._number, self._events = 0, list[dict[str, Any]]()
        try:
            self._wire = socket.create_connection((host, port), timeout=timeout)
        except OSError as error:
            raise _silent(_("there is no connection to port {port}").format(port=port)) from error
        self._answers = self._wire.makefile("rb")

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request and return its number, without waiting for the response."""
        self._number += 1
        request = {
            "seq": self._number,
            "type": "request",
            "command": command,
            "arguments": arguments,
        }
        body = json.dumps(request).encode()
        try:
            self._wire.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        except OSError as error:
            raise _silent(_("the connection was cut")) from error
        return self._number

    def request(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Send a request and return the body of its response. Raises DrydockError when it is refused or missing."""
        number = self.send(command, **arguments)
        while True:
            message = self._read()
            if message.get("type") == "response" and message.get("request_seq") == number:
                break
            self._events.append(message)
        _accepted(message)
        return dict(message.get("body") or {})

    def event(self, name: str) -> dict[str, Any]:
        """Return the body of the next event of that name. Raises DrydockError when none comes, or a request is refused."""
        while True:
            for message in self._events:
                if message.get("event") == name:
                    self._events.remove(message)
                    return dict(message.get("body") or {})
            message = self._read()
            _accepted(message)
            self._events.append(message)

    def close(self) -> None:
        """Say goodbye and end the conversation; the program runs on.

        debugpy may take no other client after one that only hangs up.
        """
        with contextlib.suppress(DrydockError):
            self.request("disconnect", terminateDebuggee=False)
        self._answers.close()
        self._wire.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> dict[str, Any]:
        length = 0
        try:
            while line := self._answers.readline(1024).strip():
                name, _colon, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if length:
                return dict(json.loads(self._answers.read(length)))
        except (OSError, ValueError) as error:
            raise _silent(_("no message of the protocol came")) from error
        raise _silent(_("the other side closed the connection, or speaks another protocol"))


def _accepted(message: dict[str, Any]) -> None:
    if message.get("type") == "response" and not message.get("success"):
        why = _("{command} was refused: {why}")
        raise _silent(why.format(command=message.get("command"), why=message.get("message")))


def _silent(why: str) -> DrydockError:
    return DrydockError(
        _("No debugger answered: {why}.").format(why=why),
        _("The program runs as before."),
        _("in the container, debugpy must listen on 0.0.0.0; `docker port` shows what is published, `docker logs` what it said."),
    )  # fmt: skip
