"""The repair of a pipeline: the check runs it twice, against a registry of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
from docker.errors import ImageNotFound, NotFound

from drydock.checks.lesson10.depot import FREE, published
from drydock.checks.lesson10.files import folder, given, last_line, there
from drydock.checks.lesson10.shipped import FILES
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.engine.command import environment
from drydock.registry import Registry
from drydock.text import _
from drydock.waiting import wait_until

PLACE = "ferry"
STUCK = 124  # the exit code that `timeout` uses
RIGHT, WRONG = "max(0, SEATS - booked)", "SEATS - booked"


def start_ferry() -> Path:
    """Write the pipeline of task 10.7 and what it ships into work/exercise-10/ferry; return the folder."""
    for name, text in FILES.items():
        given(folder() / PLACE / name, text)
    (folder() / PLACE / "pipeline.sh").chmod(0o755)
    return folder() / PLACE


class Trial:
    """A copy of the learner's pipeline, and a registry and names of its own."""

    def __init__(self, client: docker.DockerClient, place: Path, address: str) -> None:
        self.client, self.place, self.registry = client, place, Registry(address)
        self.container = f"drydock-probe-{uuid.uuid4().hex[:12]}"

    def run(self, tag: str, broken: bool) -> tuple[int, str]:
        """Run the pipeline for a version of the ferry; return its exit code and its last words."""
        text = FILES["ferry.py"]
        (self.place / "ferry.py").write_text(text.replace(RIGHT, WRONG) if broken else text)
        try:
            done = subprocess.run(
                ["sh", "./pipeline.sh", self.image(tag), self.container], cwd=self.place, capture_output=True,
                env={**os.environ, **environment()}, stdin=subprocess.DEVNULL, text=True, timeout=60,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return STUCK, _("still running after 60 s")
        return done.returncode, last_line(done.stdout, done.stderr)

    def image(self, tag: str) -> str:
        """Return the name under which the pipeline is to ship a version."""
        return f"{self.registry.address}/ferry:{tag}"

    def deployed(self) -> str:
        """Return the image's name of the container that the pipeline started."""
        try:
            found = self.client.containers.get(self.container)
        except NotFound:
            return _("no container")
        return str(found.attrs["Config"]["Image"])

    def remove(self) -> None:
        """Remove what the pipeline made."""
        with contextlib.suppress(NotFound):
            self.client.api.remove_container(self.container, v=True, force=True)
        for image in self.client.images.list(f"{self.registry.address}/ferry"):
            for name in image.tags:
                with contextlib.suppress(ImageNotFound):
                    self.client.images.remove(name, force=True)


@contextlib.contextmanager
def trial(client: docker.DockerClient, see: See) -> Iterator[Trial]:
    """Copy the learner's folder, and start a registry, for the time of a `with`."""
    with (
        tempfile.TemporaryDirectory() as place,
        see.started("registry:2", ports={"5000/tcp": FREE}) as registry,
    ):
        shutil.copytree(folder() / PLACE, place, dirs_exist_ok=True)
        one = Trial(client, Path(place), published(registry))
        wait_until(one.registry.ready, _("the registry answers"))
        try:
            yield one
        finally:
            one.remove()


@task("10.7", _("Repair: a pipeline that ships what is broken"), hints=(
    _("Break `ferry.py` and run it: which step fails, and what does the shell do then? What is the exit code of two commands with a `|` between them?"),
    _("`set -e` ends a script at the first command that fails, but of a pipe only the last one counts. And after the push the registry has a digest: who can tell you which?"),
    _("`set -e`; no `| tee` (or `> test.log`); `name=$(docker image inspect --format '{{index .RepoDigests 0}}' \"$image\")` after the push, and run `$name`."),
))  # fmt: skip
def pipeline(client: docker.DockerClient, see: See) -> None:
    there(see, folder() / PLACE / "pipeline.sh")
    with trial(client, see) as copy:
        code, said = copy.run("1.0", broken=False)
        digest = copy.registry.digest("ferry", "1.0")
        first = copy.deployed()
        if not see.expect(
            _("a ferry whose tests pass"),
            expected=_("is pushed and deployed, exit code 0"),
            actual=_("exit code {code}: {said}").format(code=code, said=said) if code else _("pushed") if digest else _("not pushed"),
            holds=code == 0 and digest and first != _("no container"),
            hint=_("Run it yourself: `./pipeline.sh` with an image's name and a container's name."),
        ):  # fmt: skip
            return
        see.expect(
            _("the image of the container that was deployed"),
            expected=f"…/ferry@{digest}",
            actual=first.rpartition("/")[2],
            holds=first.endswith(f"@{digest}"),
            hint=_(
                "Between push and start anybody may move the tag. Deploy what you pushed, and nothing else."
            ),
        )
        code, said = copy.run("1.1", broken=True)
        see.expect(
            _("exit code for a ferry whose tests fail"),
            expected=_("not 0"),
            actual=code,
            holds=code != 0,
            hint=_("Who runs the pipeline learns from its exit code alone. Whose is it?"),
        )
        pushed = copy.registry.digest("ferry", "1.1")
        same = copy.deployed() == first
        see.expect(
            _("what happened to that ferry"),
            expected=_("nothing pushed, and the old one runs"),
            actual=_("pushed") if pushed else _("nothing pushed, and the old one runs") if same else _("the old one was replaced"),
            holds=not pushed and same,
            hint=_("A step that failed must be the last one."),
        )  # fmt: skip
