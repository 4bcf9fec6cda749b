"""The daemon that runs in a container: how to speak to it, configure it, restart it."""

from __future__ import annotations

import contextlib
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any

from docker.errors import DockerException, NotFound
from docker.models.containers import Container

from drydock import waiting
from drydock.errors import DrydockError
from drydock.execution import ExecClient
from drydock.nested.tunnel import Tunnel
from drydock.text import _

CONFIG = "/etc/docker/daemon.json"
LOG = "/var/log/dockerd.log"
PATIENCE = (
    120  # s until a request that the daemon does not answer, or an image that it does not take, has failed
)


class Nested:
    """A daemon in a container. `client` speaks to it; `url` is its address, for `docker -H`.

    Each is good for as long as the container runs and this process lives, until `close`.
    """

    def __init__(self, container: Container) -> None:
        self.container = container
        self._tunnel = Tunnel(container)
        self.url = self._tunnel.url
        timeout = round(PATIENCE * waiting.slowness)
        try:
            self.client = ExecClient(base_url=self.url, version="auto", timeout=timeout)
        except DockerException:
            self._tunnel.close()
            raise failed(container, log(container)) from None

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Write the daemon's daemon.json anew, and restart the daemon. Raises DrydockError when it can't use it."""
        write(self.container, settings)
        self.restart()

    def restart(self) -> None:
        """Restart the daemon, not its container, as `systemctl restart docker` does on a server.

        Raises DrydockError with the daemon's last words when it does not come up again.
        """
        self._daemon("restart")

    def stop(self) -> None:
        """Stop the daemon; its container stays."""
        self._daemon("stop")

    def start(self) -> None:
        """Start a daemon that was stopped. Raises DrydockError when it does not come up."""
        self._daemon("start")

    def load(self, image: str) -> None:
        """Give the daemon an image that the learner's engine has, as `docker save | docker load` does."""
        assert self.container.client is not None
        self.client.images.load(self.container.client.images.get(image).save(named=True))  # type: ignore[arg-type]

    def close(self) -> None:
        """Give up the way to the daemon; the container and its daemon stay."""
        self.client.close()
        self._tunnel.close()

    def remove(self) -> None:
        """Remove the daemon with all it has: its container, and the volume below its images."""
        self.close()
        remove(self.container)

    def _daemon(self, command: str) -> None:
        code, output = self.container.exec_run(["daemon", command])
        if code != 0:
            raise failed(self.container, bytes(output).decode(errors="replace"))  # type: ignore[arg-type]


def write(container: Container, settings: Mapping[str, Any]) -> None:
    """Write a daemon's daemon.json; its container need not run."""
    archive = io.BytesIO()
    text = json.dumps(settings, indent=2).encode()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for part in ("etc", "etc/docker"):
            folder = tarfile.TarInfo(part)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(folder)
        file = tarfile.TarInfo(CONFIG.lstrip("/"))
        file.size = len(text)
        tar.addfile(file, io.BytesIO(text))
    container.put_archive("/", archive.getvalue())


def log(container: Container) -> str:
    """Return the end of what the container said: why its daemon did not come up."""
    return container.logs(tail=5).decode(errors="replace")


def remove(container: Container) -> None:
    """Remove a daemon's container, and its volumes, the named one too."""
    assert container.client is not None
    volumes = [mount["Name"] for mount in container.attrs["Mounts"] if mount["Type"] == "volume"]
    container.remove(force=True, v=True)
    for name in volumes:
        with contextlib.suppress(NotFound):
            container.client.volumes.get(name).remove()


def failed(container: Container, said: str) -> DrydockError:
    """Return the error for a daemon that does not answer; `said` is what it said, or a command about it."""
    last = [line for line in said.strip().splitlines() if line][-1:] or [_("nothing")]
    name = container.name
    return DrydockError(
        _("The Docker daemon in {name} does not answer.").format(name=name),
        _("Its last words: {last}").format(last=last[0]),
        _("look into {config} there; `docker logs {name}` and `docker exec {name} cat {log}` show more.").format(
            config=CONFIG, log=LOG, name=name),
    )  # fmt: skip
