"""The task on a secret: used in the build, and nowhere in the image."""

from __future__ import annotations

import hashlib
from pathlib import Path

import docker

from drydock import layers
from drydock.checks.lesson05.stages import FOLDER
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.engine import paths
from drydock.text import _

TOKEN = "token.txt"
SECRET = "chart-7d41f0c29be6a853"  # opens nothing; what counts is that it is found nowhere


def start_chart(folder: Path) -> Path:
    """Write the token for task 05.5 into `folder`, unless there is one.

    It is the same for everybody: a secret does not count for the build cache, so a step that was built with
    another token on a shared engine would answer for this one.
    """
    file = folder / TOKEN
    if not file.exists():
        file.write_text(SECRET)
    return file


@task("05.5", _("In a terminal: a secret that stays out"), hints=(
    _("What an instruction copies or sets is in the image for good. What can a single `RUN` have for itself?"),
    _("A secret mount: an option of `RUN` in the Dockerfile, and an option of the build with the same id."),
    _("`RUN --mount=type=secret,id=chart sha256sum < /run/secrets/chart > /chart`, and `--secret id=chart,src=work/exercise-05/token.txt`."),
))  # fmt: skip
def chart(client: docker.DockerClient, see: See) -> None:
    file = paths.work() / FOLDER / TOKEN
    token = file.read_text().strip() if file.is_file() else ""
    if not see.expect(
        _("file work/{folder}/{name}").format(folder=FOLDER, name=TOKEN),
        expected=_("a token"),
        actual=_("a token") if token else _("not there, or empty"),
        holds=token,
        hint=_("The cell with `start_chart` writes it, and leaves one that is there."),
    ):
        return
    image = see.image("dd-chart")
    code, text = see.probe("dd-chart", ["/chart"], entrypoint=["cat"])
    # With or without a newline at its end: an editor may have added one.
    right = {hashlib.sha256(content.encode()).hexdigest() for content in (token, f"{token}\n")}
    see.expect(
        _("file /chart in dd-chart"),
        expected=_("the SHA-256 of the token"),
        actual=_("the SHA-256 of the token") if text[:64] in right else text or _("empty"),
        holds=code == 0 and text[:64] in right,
        hint=_(
            "The hash of nothing begins with e3b0c442: then the step had no token. A secret does not count for the cache: after another token, `--no-cache` runs the step again."
        ),
    )
    places = layers.search(image, token)
    see.expect(
        _("places with the token in dd-chart: files of any layer, history, configuration"),
        expected=_("none"),
        actual=", ".join(places[:3]) or _("none"),
        holds=not places,
        hint=_("`docker history --no-trunc` shows what build arguments were given, and no later step takes a file out of a layer."),
    )  # fmt: skip
