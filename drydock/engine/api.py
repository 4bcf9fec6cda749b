"""What answers at an address: asked of the engine, with short time limits."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from drydock.errors import EngineUnavailableError
from drydock.text import _

OLDEST = (1, 40)


def answers(path: Path, timeout: float = 2.0) -> bool:
    """Tell whether an engine answers on the Unix socket `path` within `timeout` s.

    Spoken by hand, as docker-py leaves the socket open when nothing listens on it.
    Source: Docker Engine API, SystemPing.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(str(path))
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return b" 200 " in connection.recv(64)
        except OSError:
            return False


def fit(version: dict[str, Any], url: str) -> None:
    """Raise EngineUnavailableError when what answered is Podman, or an engine older than API 1.40."""
    state = _("Nothing was changed on it.")
    if any("podman" in part.get("Name", "").lower() for part in version.get("Components") or []):
        raise EngineUnavailableError(
            _(
                "Podman answers at {url}. The course shows Docker Engine's own behaviour, which differs."
            ).format(url=url),
            state,
            _("set DRYDOCK_ENGINE=native for a private Docker Engine, or to the URL of a Docker Engine."),
        )
    if tuple(int(n) for n in version["ApiVersion"].split(".")) < OLDEST:
        raise EngineUnavailableError(
            _("The engine at {url} speaks API {api}; the course needs 1.40 or newer.").format(
                url=url, api=version["ApiVersion"]
            ),
            state,
            _("update Docker (API 1.40 came with Engine 19.03), or set DRYDOCK_ENGINE=native."),
        )
