"""A real docker.DockerClient that labels what it makes."""

from __future__ import annotations

from typing import Any

import docker
from docker.api.client import APIClient
from docker.errors import APIError

from drydock import session
from drydock.engine import lookup
from drydock.engine.lookup import Engine
from drydock.text import _

_current: LabellingClient | None = None


class LabellingAPI(APIClient):
    """docker-py's low-level client, with our labels on containers, networks, volumes and built images."""

    labels: dict[str, str]

    def create_container_from_config(
        self, config: Any, name: str | None = None, platform: str | None = None
    ) -> Any:
        config["Labels"] = {**(config.get("Labels") or {}), **self.labels}
        try:
            return super().create_container_from_config(config, name, platform)  # type: ignore[no-untyped-call]
        except APIError as error:
            raise _explained(error, name or "") from None

    def create_network(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().create_network(*args, **self._labelled(kwargs))
        except APIError as error:
            raise _explained(error, str(args[0] if args else kwargs.get("name"))) from None

    def init_swarm(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().init_swarm(*args, **kwargs)
        except APIError as error:
            raise _explained(error, "") from None

    def join_swarm(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().join_swarm(*args, **kwargs)
        except APIError as error:
            raise _explained(error, "") from None

    def create_volume(
        self, name: str | None = None, driver: Any = None, driver_opts: Any = None, labels: Any = None
    ) -> Any:
        return super().create_volume(name, driver, driver_opts, {**(labels or {}), **self.labels})

    def remove_volume(self, name: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().remove_volume(name, *args, **kwargs)
        except APIError as error:
            raise _explained(error, name) from None

    def build(self, *args: Any, **kwargs: Any) -> Any:
        # As `docker build` does, and docker-py does not: the classic builder's own containers go when it has ended.
        return super().build(*args, **{"rm": True, "forcerm": True, **self._labelled(kwargs)})

    def _labelled(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        return {**kwargs, "labels": {**(kwargs.get("labels") or {}), **self.labels}}

    def start(self, container: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().start(container, *args, **kwargs)
        except APIError as error:
            raise _explained(error, "") from None


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
    if not quiet:
        version = client.version()["Version"]
        print(_("Engine: {kind}, Docker {version}, as {why}. DRYDOCK_ENGINE chooses another.").format(
            kind=found.kind, version=version, why=found.why))  # fmt: skip
    _current = client
    return client


def current() -> LabellingClient:
    """Return this process's client; connect when there is none, or when its engine has gone."""
    if _current is None:
        return connect(quiet=True)
    return _current


def _explained(error: APIError, name: str) -> APIError:
    """Add to Docker's own error what the state is and what to do: it stays a docker.errors.APIError."""
    text = str(error.explanation or error).lower()
    if error.status_code == 409 and "already in use" in text:
        error.add_note(_("State now: nothing was made; the other container is as it was.\n"
                         "Hint: choose another name, or drydock.clean() if {name!r} is from an earlier run of this notebook.").format(name=name))  # fmt: skip
    elif error.status_code == 409 and "volume is in use" in text:
        error.add_note(_("State now: the volume and its data are as they were.\n"
                         "Hint: a stopped container has its volumes, too. `docker ps -a --filter volume={name}` lists who has it.").format(name=name))  # fmt: skip
    elif "bind source path does not exist" in text:
        error.add_note(_("State now: no container was made, and no folder.\n"
                         "Hint: the path is looked up on the engine's machine. Compare its spelling, or make the folder first."))  # fmt: skip
    elif "for a local volume name" in text:
        error.add_note(_("State now: no container was made, and no volume.\n"
                         "Hint: a name without a slash is a volume; a folder is named by its whole path, as in Path(folder).resolve()."))  # fmt: skip
    elif "address already in use" in text or "port is already allocated" in text:
        error.add_note(_("State now: the container exists and is not running; who has the port keeps it.\n"
                         "Hint: publish another port, or None as host port to let Docker choose a free one."))  # fmt: skip
    elif "pool overlaps" in text:
        error.add_note(_("State now: no network was made; the one that has these addresses is as it was.\n"
                         "Hint: choose another range, or none to let Docker choose a free one; `docker network inspect` shows the range of a network. drydock.clean() if the other is from an earlier run of this notebook."))  # fmt: skip
    elif "predefined address pools" in text or "non-overlapping ipv4 address pool" in text:
        error.add_note(_("State now: no network was made; the engine has given away all ranges that it chooses from.\n"
                         "Hint: remove networks that nobody uses (drydock.clean(), `docker network ls`), or name a free range yourself."))  # fmt: skip
    elif error.status_code == 409 and "network with name" in text:
        error.add_note(_("State now: no network was made; the other one is as it was.\n"
                         "Hint: choose another name, or drydock.clean() if {name!r} is from an earlier run of this notebook.").format(name=name))  # fmt: skip
    elif "already part of a swarm" in text:
        error.add_note(_("State now: your engine's Swarm is as it was.\n"
                         "Hint: the lesson's Swarm is made of engines of its own; ask theirs, such as server.client.swarm. Yours need not leave its Swarm for anything here."))  # fmt: skip
    elif "no space left" in text:
        error.add_note(_("State now: the engine's disk is full.\n"
                         "Hint: drydock.clean() removes what this notebook made; `docker system df` shows the rest."))  # fmt: skip
    return error
