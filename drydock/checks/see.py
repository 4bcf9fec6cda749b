"""The eyes of a check: each look records what was looked at, what was expected, and what was there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container
from docker.models.images import Image
from docker.models.networks import Network
from docker.models.volumes import Volume
from requests.exceptions import RequestException

from drydock import session
from drydock.checks import probes, texts
from drydock.checks.eyes import Eyes, Stop
from drydock.text import _

__all__ = ["See", "Stop"]
T = TypeVar("T")


class See(Eyes):
    """What a check looks with on an engine. It reads; only `probe` makes something, and removes it."""

    asked = _("the engine")

    def __init__(self, client: docker.DockerClient, lesson: str) -> None:
        super().__init__(lesson)
        self.client = client

    def refusal(self, error: Exception) -> tuple[str, str] | None:
        if isinstance(error, APIError):
            text = error.explanation or str(error)
            said = text.decode(errors="replace") if isinstance(text, bytes) else text
            hint = texts.CONFLICT if error.status_code == HTTPStatus.CONFLICT else texts.REFUSED
            return _("it said: {text}").format(text=said), texts.GONE if isinstance(error, NotFound) else hint
        return (_("no answer"), texts.SILENT) if isinstance(error, RequestException) else None

    def container(self, name: str, running: bool = False) -> Container:
        """Return the learner's container; end the check when it's missing, not theirs, or not `running`."""
        found = self._ours("container", name, self.client.containers.get, lambda c: c.labels)
        if running:
            code = found.attrs.get("State", {}).get("ExitCode")
            ended = found.status == "exited"
            self.require(
                _("state of container {name}").format(name=name),
                _("running"),
                _("exited, with exit code {code}").format(code=code) if ended else found.status,
                found.status == "running",
                texts.NOT_RUNNING,
            )
        return found

    def image(self, ref: str, pulled: bool = False) -> Image:
        """Return the learner's image; end the check when it's missing or not theirs.

        `pulled` accepts an image without our labels too: only a build can add labels.
        """
        return self._ours("image", ref, self.client.images.get, lambda i: i.labels, unlabelled=pulled)

    def network(self, name: str) -> Network:
        """Return the learner's network; end the check when it's missing or not theirs."""
        return self._ours("network", name, self.client.networks.get, lambda n: n.attrs.get("Labels"))

    def volume(self, name: str) -> Volume:
        """Return the learner's volume; end the check when it's missing or not theirs."""
        return self._ours("volume", name, self.client.volumes.get, lambda v: v.attrs.get("Labels"))

    def exec(self, container: Container, cmd: str | list[str], user: str = "") -> tuple[int, str]:
        """Run a command that only reads in a running container; return its exit code and its text, both streams.

        `user` is a user's name or number; without it, the container's own.
        Blanks at the text's end are cut off. A command that isn't there is exit code 126 or 127, no exception.
        """
        code, output = container.exec_run(cmd, user=user)
        assert code is not None and isinstance(output, bytes | None)  # neither streamed nor detached
        return code, (output or b"").decode(errors="replace").rstrip()

    def probe(self, image: str, command: str | list[str], **kw: Any) -> tuple[int, str]:
        """Run a container of our own until it ends; return its exit code and its text, and remove it always.

        `kw` goes to `containers.create`: `network`, `volumes` (mode "ro"; look with `volume` first, since the
        engine makes a missing one). The image must be there. A program that isn't there is exit code 127. Ends
        the check after 30 s.
        """
        try:
            return probes.run(self.client, self.lesson, image, command, **kw)
        except probes.StuckError:
            what = _("probe in a container of its own")
            ends = _("ends within {seconds} s").format(seconds=probes.PATIENCE)
            self.require(what, ends, _("still running"), False, texts.STUCK)
            raise  # not reached

    def started(
        self, image: str, command: str | list[str] | None = None, **kw: Any
    ) -> AbstractContextManager[Container]:
        """Start a container of our own for the time of a `with`, and remove it always; `kw` as for `probe`."""
        return probes.started(self.client, self.lesson, image, command, **kw)

    @contextmanager
    def built(self, folder: Path) -> Iterator[str]:
        """Build a folder's Dockerfile with `docker build` for the time of a `with`; give the image's name.

        Ends the check when it can't be built.
        """
        with probes.built(self.client, self.lesson, folder) as (image, failure):
            works, what = _("can be built"), _("the Dockerfile")
            self.require(what, works, failure, not failure, texts.NOT_BUILT, record=False)
            yield image

    def _ours(
        self,
        kind: str,
        name: str,
        get: Callable[[str], T],
        labels_of: Callable[[T], Mapping[str, str] | None],
        unlabelled: bool = False,
    ) -> T:
        what = texts.KINDS[kind].format(name=name)
        there = _("there, and yours")
        try:
            found = get(name)
        except NotFound:
            self.require(what, there, _("not there"), False, texts.MISSING[kind])
            raise  # not reached
        labels = labels_of(found) or {}
        owner = labels.get(session.LEARNER, session.learner())
        foreign = _("there, but another learner's")
        self.require(what, there, foreign, owner == session.learner(), texts.FOREIGN, record=False)
        ours = unlabelled or any(
            label in labels for label in (session.LEARNER, session.SESSION, session.LESSON)
        )
        outside = _("there, but without the course's label")
        hint = texts.UNLABELLED.format(lesson=self.lesson)
        self.require(what, there, outside, ours, hint, record=False)
        self.expect(what, expected=there, actual=there, holds=True, hint="")
        return found
