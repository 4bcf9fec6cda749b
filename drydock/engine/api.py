"""What answers at an address: asked of the engine, with short time limits."""

from __future__ import annotations

from typing import Any

import docker
import requests
from docker.errors import DockerException

from drydock.errors import EngineUnavailableError
from drydock.text import _

OLDEST = (1, 40)


def answers(url: str, timeout: int = 2) -> bool:
    """Tell whether an engine answers at `url` within `timeout` s."""
    client = None
    try:
        client = docker.DockerClient(base_url=url, version="1.40", timeout=timeout)
        return bool(client.ping())
    except (DockerException, requests.RequestException, OSError):
        return False
    finally:
        if client is not None:
            client.close()


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
