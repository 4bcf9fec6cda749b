"""A real docker.DockerClient that labels what it makes."""

from __future__ import annotations

from typing import Any

import docker

from drydock import session, waiting
from drydock.engine import imagelock, lookup, microvm
from drydock.engine.lookup import Engine
from drydock.execution import ExecAPI
from drydock.explaining import explained
from drydock.text import _

TRANSLATED = 4.0  # times longer one waits where each instruction of the engine is translated
_current: LabellingClient | None = None


class LabellingAPI(ExecAPI):
    """docker-py's low-level client, with our labels on containers, networks, volumes and built images."""

    labels: dict[str, str]

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        # requests would ask REQUESTS_CA_BUNDLE about an engine's certificate, before the authority that was named for it.
        return super().merge_environment_settings(url, proxies, stream, verify or self.verify, cert)

    def create_container_from_config(
        self, config: Any, name: str | None = None, platform: str | None = None
    ) -> Any:
        config["Labels"] = {**(config.get("Labels") or {}), **self.labels}
        with explained(name):
            return super().create_container_from_config(config, name, platform)  # type: ignore[no-untyped-call]

    def create_network(self, *args: Any, **kwargs: Any) -> Any:
        with explained(str(args[0] if args else kwargs.get("name"))):
            return super().create_network(*args, **self._labelled(kwargs))

    def init_swarm(self, *args: Any, **kwargs: Any) -> Any:
        with explained():
            return super().init_swarm(*args, **kwargs)

    def join_swarm(self, *args: Any, **kwargs: Any) -> Any:
        with explained():
            return super().join_swarm(*args, **kwargs)

    def create_volume(
        self, name: str | None = None, driver: Any = None, driver_opts: Any = None, labels: Any = None
    ) -> Any:
        return super().create_volume(name, driver, driver_opts, {**(labels or {}), **self.labels})

    def remove_volume(self, name: str, *args: Any, **kwargs: Any) -> Any:
        with explained(name):
            return super().remove_volume(name, *args, **kwargs)

    def remove_image(self, *args: Any, **kwargs: Any) -> Any:
        with imagelock.removing():
            return super().remove_image(*args, **kwargs)

    def prune_images(self, *args: Any, **kwargs: Any) -> Any:
        with imagelock.removing():
            return super().prune_images(*args, **kwargs)  # type: ignore[no-untyped-call]

    def build(self, *args: Any, **kwargs: Any) -> Any:
        # As `docker build` does, and docker-py does not: the classic builder's own containers go when it has ended.
        return super().build(*args, **{"rm": True, "forcerm": True, **self._labelled(kwargs)})

    def _labelled(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {**kwargs, "labels": {**(kwargs.get("labels") or {}), **self.labels}}

    def start(self, container: Any, *args: Any, **kwargs: Any) -> Any:
        with explained():
            return super().start(container, *args, **kwargs)


class LabellingClient(docker.DockerClient):
    """docker-py's client on an engine that was chosen, for one lesson."""

    api: LabellingAPI
    engine: Engine
    lesson: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.api = LabellingAPI(*args, **kwargs)
        self.api.labels = {}


def connect(lesson: str | None = None, *, engine: str | None = None, quiet: bool = False) -> LabellingClient:
    """Return a client for the engine that the lookup order finds, and say which it is and why.

    `lesson` is the label value for what is made, such as "04". Raises EngineUnavailableError.
    """
    global _current
    found = lookup.find(engine)
    client = found.client(LabellingClient)
    assert isinstance(client, LabellingClient)
    client.engine, client.lesson = found, lesson or ""
    client.api.labels = session.labels(lesson)
    translated = found.kind == "microvm" and microvm.translated()
    waiting.slowness = TRANSLATED if translated else 1.0
    if not quiet:
        version = client.version()["Version"]
        print(_("Engine: {kind}, Docker {version}, as {why}. DRYDOCK_ENGINE chooses another.").format(
            kind=found.kind, version=version, why=found.why))  # fmt: skip
        if translated:
            print(
                _(
                    "It runs in an emulated machine: to start a container takes some 3 s, and a build takes minutes. All else is as elsewhere."
                )
            )
    _current = client
    return client


def lesson() -> str:
    """Return the lesson of this process's client, as a label value; empty when there is no client."""
    return _current.lesson if _current is not None else ""


def current() -> LabellingClient:
    """Return this process's client; connect when there is none, or when its engine has gone."""
    if _current is None:
        return connect(quiet=True)
    return _current
