"""The repair of lesson 04: a Dockerfile that a linter accepts, on a base that can't move."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import docker
from docker.errors import ImageNotFound
from dockerfile_parse import DockerfileParser

from drydock.checks.lesson04.images import FOLDER
from drydock.checks.lesson04.service import answers, runs_as
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.engine import paths
from drydock.text import _
from drydock.workcopy import hand_out

NAME = "release.Dockerfile"
START = """\
FROM python:latest
MAINTAINER Harbour
WORKDIR app
ADD . .
RUN pip install -r requirements.txt
USER root
CMD python app.py
"""


def start_release(folder: Path) -> Path:
    """Write the Dockerfile of task 04.7 into `folder`; one that was changed moves aside."""
    file = folder / NAME
    hand_out(file, START)
    return file


@task("04.7", _("Repair: fit for release"), hints=(
    _("Run hadolint, look up the first code it names, and mend that. What does a tag promise about tomorrow?"),
    _('`client.images.get("python:3.13-slim").attrs["RepoDigests"]` has the digest. Without a registry, build with docker-py.'),
    _("`FROM python:3.13-slim@sha256:…`; `WORKDIR /app`; `COPY`; `--no-cache-dir`; `USER 10001`; `CMD` as a list; no `MAINTAINER`."),
))  # fmt: skip
def release(client: docker.DockerClient, see: See) -> None:
    file = paths.work() / FOLDER / NAME
    text = file.read_text() if file.is_file() else ""
    findings = _lint(text)
    see.expect(
        _("what hadolint says about work/{folder}/{name}").format(folder=FOLDER, name=NAME),
        expected=_("nothing"),
        actual=", ".join(findings) if text and findings else _("nothing") if text else _("no file"),
        holds=text and not findings,
        hint=_("The codes are explained at github.com/hadolint/hadolint/wiki. Comments that silence it don't count here."),
    )  # fmt: skip
    # It reads bytes; its stubs say text.
    parser = DockerfileParser(fileobj=io.BytesIO(text.encode()))  # type: ignore[arg-type]
    base = str(parser.baseimage or "")
    see.expect(
        _("base of the last stage"),
        expected=_("an image with a digest"),
        actual=base or _("none"),
        holds="@sha256:" in base,
        hint=_("A digest is written after the name: name:tag@sha256:…"),
    )
    image = see.image("dd-release")
    try:
        lower = client.images.get(base).attrs["RootFS"]["Layers"] if "@" in base else None
    except ImageNotFound:
        lower = None
    stands = lower is not None and image.attrs["RootFS"]["Layers"][: len(lower)] == lower
    see.expect(
        _("lowest layers of dd-release"),
        expected=_("those of that base"),
        actual=_("those of that base") if stands else _("others, or the base is not on this engine"),
        holds=stands,
        hint=_("Take the digest of an image that is on this engine, and build again after the last change."),
    )
    with see.started("dd-release") as service:
        if answers(see, service):
            runs_as(see, service)


def _lint(text: str) -> list[str]:
    """Return the codes that hadolint has for a Dockerfile, with neither a user's configuration nor their comments."""
    program = shutil.which("hadolint", path=Path(sys.executable).parent) or "hadolint"
    command = [
        program,
        "--no-fail",
        "--format",
        "json",
        "--disable-ignore-pragma",
        "--config",
        "/dev/null",
        "-",
    ]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    return sorted({finding["code"] for finding in json.loads(done.stdout)})
