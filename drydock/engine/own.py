"""The learner's own Docker, found as the docker command finds it.

Order: DOCKER_HOST, DOCKER_CONTEXT, the current context of the configuration file, the default socket.
Source: Docker CLI reference, "docker context".
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drydock.engine.api import answers
from drydock.errors import EngineUnavailableError
from drydock.text import _

if TYPE_CHECKING:
    import docker

DEFAULT = Path("/var/run/docker.sock")


@dataclass(frozen=True)
class Endpoint:
    """Where the learner's Docker is, and what says so."""

    url: str
    why: str
    tls: docker.TLSConfig | None = None


def endpoint() -> Endpoint | None:
    """Return the endpoint that the learner configured, or the default one when an engine is there.

    Raises EngineUnavailableError for a context that does not exist, and for a default socket that
    this user may not open: both are a learner's Docker that should work.
    """
    if host := os.environ.get("DOCKER_HOST"):
        return Endpoint(host, _("DOCKER_HOST names it"), _tls())
    name = os.environ.get("DOCKER_CONTEXT") or _current()
    if name and name != "default":
        return _context(name)
    if not DEFAULT.exists():
        return None
    if not os.access(DEFAULT, os.R_OK | os.W_OK):
        raise unreachable(f"unix://{DEFAULT}", PermissionError(13, "Permission denied"))
    found = Endpoint(f"unix://{DEFAULT}", _("your own Docker is running"))
    return found if answers(DEFAULT) else None


def absent() -> EngineUnavailableError:
    """Return the error for an own Docker that was asked for and is not there."""
    return EngineUnavailableError(
        _("DRYDOCK_ENGINE=docker asks for your own Docker, and none answers."),
        _("Looked at DOCKER_HOST, the current context and {socket}.").format(socket=DEFAULT),
        _("start Docker Desktop or the Docker service, or unset DRYDOCK_ENGINE."),
    )


def unreachable(url: str, error: BaseException) -> EngineUnavailableError:
    """Return the error for an engine that is configured and can't be spoken to."""
    if "permission denied" in str(error).lower():
        return EngineUnavailableError(
            _("A Docker socket is at {url}, and this user may not open it.").format(url=url),
            _("Nothing was changed."),
            _(
                "add yourself to its group (sudo usermod -aG docker $USER, then log in again), or use Docker Desktop."
            ),
        )
    return EngineUnavailableError(
        _("No Docker Engine answers at {url}: {error}.").format(url=url, error=_plain(error)),
        _("Nothing was changed."),
        _("start it, or choose another with DRYDOCK_ENGINE; `drydock doctor` shows what there is."),
    )


def _plain(error: BaseException) -> str:
    text = str(error)
    for known in (
        "Connection refused",
        "No such file or directory",
        "timed out",
        "Name or service not known",
    ):
        if known.lower() in text.lower():
            return known.lower()
    return text[:160]


def _tls() -> docker.TLSConfig | None:
    if not os.environ.get("DOCKER_TLS_VERIFY"):
        return None
    import docker

    folder = Path(os.environ.get("DOCKER_CERT_PATH") or Path.home() / ".docker")
    pair = (str(folder / "cert.pem"), str(folder / "key.pem"))
    return docker.TLSConfig(client_cert=pair, ca_cert=str(folder / "ca.pem"), verify=True)


def _current() -> str | None:
    """Return the current context's name; where nothing is configured, docker-py need not be loaded to say so."""
    folders = [str(Path.home() / ".docker"), os.environ.get("DOCKER_CONFIG")]
    if not any(os.access(Path(folder, "config.json"), os.R_OK) for folder in folders if folder):
        return None
    from docker.context.config import get_current_context_name

    return get_current_context_name()


def _context(name: str) -> Endpoint:
    from docker.context import ContextAPI

    context = ContextAPI.get_context(name)
    if context is None or context.Host is None:
        raise EngineUnavailableError(
            _("The Docker context {name} does not exist.").format(name=name),
            _("Nothing was changed."),
            _("`docker context ls` lists the contexts; DOCKER_CONTEXT=default uses this machine's."),
        )
    return Endpoint(
        context.Host, _("your Docker context {name} names it").format(name=name), context.TLSConfig
    )
