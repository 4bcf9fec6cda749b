"""Which engine: one visible order, from what the learner set to what we can start."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drydock.engine import api, microvm, native, own, probes
from drydock.errors import EngineUnavailableError
from drydock.text import _

if TYPE_CHECKING:
    import docker

SETTING = "DRYDOCK_ENGINE"
OURS = ("native", "microvm")
KNOWN = ("docker", *OURS)


@dataclass(frozen=True)
class Engine:
    """An engine that was chosen: its kind (`docker`, `native`, `microvm` or `url`), how to reach it, and why it."""

    kind: str
    url: str
    why: str
    tls: docker.TLSConfig | None = None

    @property
    def private(self) -> bool:
        """Whether the engine is ours alone, so that images may be given stand-ins."""
        return self.kind in OURS

    def client(self, make: Callable[..., docker.DockerClient] | None = None) -> docker.DockerClient:
        """Return a client that has spoken to the engine; raise EngineUnavailableError when it can't be used."""
        # Here, as the docker command, which is run often, needs the rest of this module and no client.
        import requests
        from docker import DockerClient
        from docker.errors import DockerException

        try:
            client = (make or DockerClient)(
                base_url=self.url, tls=self.tls or False, version="auto", timeout=120
            )
            api.fit(client.version(), self.url)
        except (DockerException, requests.RequestException, OSError) as error:
            if self.kind == "microvm":
                microvm.running()  # a machine that waits for space is an error of its own
            raise own.unreachable(self.url, error) from error
        return client


def find(setting: str | None = None) -> Engine:
    """Return the engine to use, started if it is our own and not running.

    `setting` is `docker`, `native`, `microvm` or an address; None reads the environment variable DRYDOCK_ENGINE.
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
                "use docker (your own), native (a private one, as root on Linux), microvm (one in an emulated machine), or a URL such as unix:///var/run/docker.sock."
            ),
        )
    why = _("{setting}={value}").format(setting=SETTING, value=wanted)
    if wanted not in OURS and (found := own.endpoint()) is not None:
        return Engine("docker", found.url, why if wanted else found.why, found.tls)
    if wanted == "docker":
        raise own.absent()
    for kind in (wanted,) if wanted else OURS:
        if (engine := running(kind, why if wanted else _("the private engine is running"))) is not None:
            return engine
    return _started(wanted, why)


def present() -> Engine | None:
    """Return the engine that `find` would use where it is there already: none of ours is started."""
    wanted = os.environ.get(SETTING) or ""
    if wanted not in OURS and (wanted or own.endpoint() is not None):
        return find()
    kinds = (wanted,) if wanted else OURS
    return next((engine for kind in kinds if (engine := running(kind, _("it runs"))) is not None), None)


def running(kind: str, why: str) -> Engine | None:
    """Return our private engine of a kind if it runs."""
    if kind == "native":
        return Engine("native", native.url(), why) if native.running() else None
    return Engine("microvm", microvm.url(), why, microvm.tls()) if microvm.running() else None


def _started(wanted: str, why: str) -> Engine:
    """Start the private engine that was asked for, else the first that can work. Raises EngineUnavailableError."""
    missing = None
    if wanted != "microvm":
        missing = probes.first_missing(probes.native())
        if missing is None:
            native.start()
            reason = why if wanted else _("there is no Docker of yours; a private engine was started")
            return Engine("native", native.url(), reason)
        if wanted:
            raise _none(missing, None)
    lacking = probes.first_missing(microvm.probes())
    if lacking is not None:
        raise _no_microvm(lacking) if missing is None else _none(missing, lacking)
    microvm.start()
    if missing is not None:
        why = _("there is no Docker of yours, and native can't work: {why}").format(why=missing.found)
    return Engine("microvm", microvm.url(), why, microvm.tls())


def _no_microvm(lacks: probes.Probe) -> EngineUnavailableError:
    """Return the error for a machine that can't emulate one, where this was asked for."""
    return EngineUnavailableError(
        _("The engine in an emulated machine can't be started here: {why}.").format(why=lacks.found),
        _("Nothing was started."),
        _("{remedy}; `drydock doctor` shows more.").format(remedy=lacks.remedy),
    )


def _none(native_lacks: probes.Probe, microvm_lacks: probes.Probe | None) -> EngineUnavailableError:
    """Return the error for a machine on which no private engine can be started, or not the one asked for."""
    state = _("Nothing was started.")
    if microvm_lacks is not None:
        state += " " + _("An emulated machine, microvm, can't be started either: {why}.").format(
            why=microvm_lacks.found
        )
        hint = _("{remedy}; or install Docker Desktop or Docker Engine and start it. `drydock doctor` shows more.").format(
            remedy=microvm_lacks.remedy)  # fmt: skip
    else:
        hint = _(
            "set DRYDOCK_ENGINE=microvm, or install Docker Desktop or Docker Engine and start it; `drydock doctor` shows more."
        )
    return EngineUnavailableError(
        _("There is no Docker Engine here, and a private one can't be started: {why}.").format(
            why=native_lacks.found
        ),
        state,
        hint,
    )
