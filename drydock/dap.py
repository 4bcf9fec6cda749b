"""A small client of the Debug Adapter Protocol: what an editor says to debugpy."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from types import TracebackType
from typing import Any

from drydock.errors import DrydockError
from drydock.text import _

PATIENCE = 10  # s until an answer counts as missing
SETTLE = 0.3  # s that debugpy 1.8 needs after a client before it can take the next


def message(number: int, command: str, **arguments: Any) -> bytes:
    """Return a request as it goes over the wire: a header with the length in bytes, an empty line, JSON."""
    request = {"seq": number, "type": "request", "command": command, "arguments": arguments}
    body = json.dumps(request).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


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
        try:
            self._wire.sendall(message(self._number, command, **arguments))
        except OSError as error:
            raise _silent(_("the connection was cut")) from error
        return self._number

    def request(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Send a request and return the body of its response. Raises DrydockError when it is refused or missing."""
        number = self.send(command, **arguments)
        while True:
            answer = self._read()
            if answer.get("type") == "response" and answer.get("request_seq") == number:
                break
            self._events.append(answer)
        _accepted(answer)
        return dict(answer.get("body") or {})

    def event(self, name: str) -> dict[str, Any]:
        """Return the body of the next event of that name. Raises DrydockError when none comes, or a request is refused."""
        while True:
            for event in self._events:
                if event.get("event") == name:
                    self._events.remove(event)
                    return dict(event.get("body") or {})
            answer = self._read()
            _accepted(answer)
            self._events.append(answer)

    def close(self) -> None:
        """Say goodbye and end the conversation; the program runs on.

        debugpy takes no other client after one that only hung up, nor while it still puts this one away.
        """
        with contextlib.suppress(DrydockError):
            self.request("disconnect", terminateDebuggee=False)
        self._answers.close()
        self._wire.close()
        time.sleep(SETTLE)

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


def _accepted(answer: dict[str, Any]) -> None:
    if answer.get("type") == "response" and not answer.get("success"):
        why = _("{command} was refused: {why}")
        raise _silent(why.format(command=answer.get("command"), why=answer.get("message")))


def _silent(why: str) -> DrydockError:
    return DrydockError(
        _("No debugger answered: {why}.").format(why=why),
        _("The program runs as before."),
        _("in the container, debugpy must listen on 0.0.0.0; `docker port` shows what is published, `docker logs` what it said."),
    )  # fmt: skip
