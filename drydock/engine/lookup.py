"""Which engine: one visible order, from what the learner set to what we can start."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docker
import requests
from docker.errors import DockerException

from drydock.engine import api, native, own, probes
from drydock.errors import EngineUnavailableError
from drydock.text import _

SETTING = "DRYDOCK_ENGINE"
KNOWN = ("docker", "native", "microvm")


@dataclass(frozen=True)
class Engine:
    """An engine that was chosen: its kind (`docker`, `native` or `url`), how to reach it, and why it."""

    kind: str
    url: str
    why: str
    tls: docker.TLSConfig | None = None

    @property
    def private(self) -> bool:
        """Whether the engine is ours alone, so that images may be given stand-ins."""
        return self.kind == "native"

    def client(self, make: Callable[..., docker.DockerClient] = docker.DockerClient) -> docker.DockerClient:
        """Return a client that has spoken to the engine; raise EngineUnavailableError when it can't be used."""
        try:
            client = make(base_url=self.url, tls=self.tls or False, version="auto", timeout=120)
            api.fit(client.version(), self.url)
        except (DockerException, requests.RequestException, OSError) as error:
            raise own.unreachable(self.url, error) from error
        return client


def find(setting: str | None = None) -> Engine:
    """Return the engine to use, started if it is our own and not running.

    `setting` is `docker`, `native` or an address; None reads the environment variable DRYDOCK_ENGINE.
    Raises EngineUnavailableError when the one that was asked for, or any, can't be used.
    """
    wanted = setting or os.environ.get(SETTING) or ""
    if re.match(r"(unix|tcp|https?|ssh|npipe)://", wanted):
        return Engine("url", wanted, _("{setting} names it").format(setting=SETTING))
    if wanted and wanted not in KNOWN:
        raise EngineUnavailableError(
            _("{setting}={value} is not an engine that the course knows.").format(
                setting=SETTING, value=wanted
            ),
            _("Nothing was started."),
            _(
                "use docker (your own), native (a private one, as root on Linux), or a URL such as unix:///var/run/docker.sock."
            ),
        )
    if wanted == "microvm":
        raise EngineUnavailableError(
            _("The engine in an emulated machine, microvm, is not part of the course yet."),
            _("Nothing was started."),
            _("use Docker Desktop or Docker Engine, or native as root on Linux."),
        )
    why = _("{setting}={value}").format(setting=SETTING, value=wanted)
    if wanted != "native" and (found := own.endpoint()) is not None:
        return Engine("docker", found.url, why if wanted else found.why, found.tls)
    if wanted == "docker":
        raise own.absent()
    if native.running():
        return Engine("native", native.url(), why if wanted else _("the private engine is running"))
    missing = probes.first_missing()
    if missing is not None:
        raise _none(missing)
    native.start()
    return Engine(
        "native",
        native.url(),
        why if wanted else _("there is no Docker of yours; a private engine was started"),
    )


def _none(missing: probes.Probe) -> EngineUnavailableError:
    return EngineUnavailableError(
        _("There is no Docker Engine here, and a private one can't be started: {why}.").format(
            why=missing.found
        ),
        _("Nothing was started. The engine for people without root, microvm, is not part of the course yet."),
        _(
            "install Docker Desktop or Docker Engine and start it, or run as root on Linux; `drydock doctor` shows more."
        ),
    )


def is_local(engine: Engine) -> bool:
    """Tell whether the engine is reached over a socket of this machine."""
    return (
        engine.url.startswith(("unix://", "npipe://")) and Path(engine.url.removeprefix("unix://")).exists()
    )
