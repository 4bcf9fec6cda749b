"""The image is searched for the token; then the folder is built with a token of the check's own, and searched for that."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docker.errors import ImageNotFound

from drydock import layers, session
from drydock.checks.probes import PROBE
from drydock.checks.see import See
from drydock.drills.cases.token_in_history.broken import Broken, lock
from drydock.text import _

TEXT = "opened by the check, with a token of its own"


def check(scene: Broken, see: See) -> None:
    see.image(scene.image)
    prints(see, scene.image, scene.text, _("what the image prints"))
    holds_no(see, scene.image, scene.token, _("places with the token in the image"))
    with tempfile.TemporaryDirectory() as temporary:
        context, own = Path(temporary) / "context", Path(temporary) / "own"
        ignore = shutil.ignore_patterns("token.txt")
        context.mkdir()
        if scene.folder.is_dir():
            shutil.copytree(scene.folder, context, symlinks=True, ignore=ignore, dirs_exist_ok=True)
        token = f"own-{secrets.token_hex(8)}"
        own.write_text(token)
        (context / scene.locked).write_text(lock(token, TEXT))
        with built(see, context, f"--secret=id={scene.secret},src={own}") as (image, failure):
            see.require(
                _("the folder, built with another token, as a secret"),
                _("can be built"),
                failure or _("can be built"),
                not failure,
                _("The server gives the token as a secret and in no other way. A step sees a secret only if it asks for it, by its id."),
            )  # fmt: skip
            prints(see, image, TEXT, _("what the image of that build prints"))
            holds_no(see, image, token, _("places with that token in the image of that build"))


def prints(see: See, image: str, text: str, what: str) -> None:
    """See that a container from an image prints a text."""
    _code, said = see.probe(image, [])
    see.require(
        what,
        text,
        (said.splitlines() or [_("nothing")])[-1],
        said == text,
        _("The locked file is opened in each build, and the image's command prints what was in it."),
    )


def holds_no(see: See, image: str, token: str, what: str) -> None:
    """See that a token stands in no layer of an image, not in its history, and not in its configuration."""
    places = layers.search(see.client.images.get(image), token)
    see.require(
        what,
        _("none"),
        ", ".join(places[:3]) or _("none"),
        not places,
        _("What an instruction copies, sets, or gets as an argument is kept, whatever a later one does."),
    )


@contextmanager
def built(see: See, folder: Path, option: str) -> Iterator[tuple[str, str]]:
    """Build a folder with one more option for the time of a `with`; give the image's name, and why it failed, if it did."""
    name = f"drydock-probe-{uuid.uuid4().hex[:12]}"
    labels = [f"--label={key}={value}" for key, value in {**session.labels(see.lesson), PROBE: "1"}.items()]
    command = [sys.executable, "-m", "drydock.engine.command", "build", "--quiet", *labels, option]
    try:
        done = subprocess.run(
            [*command, "-t", name, str(folder)], capture_output=True, text=True, errors="replace"
        )
        lines = done.stderr.strip().splitlines() or ["docker build: no message"]
        yield name, lines[-1] if done.returncode else ""
    finally:
        with contextlib.suppress(ImageNotFound):
            see.client.images.remove(name)
