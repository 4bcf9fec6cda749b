"""The repair of lesson 09: a token in an image's history, and in a container's environment."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

import docker
from docker.models.containers import Container

from drydock import layers
from drydock.checks.lesson09.making import make, start_anew
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

TOKEN = "penny-83ce10f4a27d95b6"  # opens nothing; what counts is that it is found nowhere
NAME = "dd-cashier"
PATIENCE = 5  # s until the service has said what it knows
DOCKERFILE = """\
FROM debian:trixie-slim
ARG TOKEN
ENV TOKEN=$TOKEN
CMD ["sh", "-c", "printf %s \\"$TOKEN\\" | sha256sum; exec sleep 1d"]
"""


def start_cashier(client: docker.DockerClient, harbour: Path) -> Container:
    """Write, build and start the broken service of task 09.5, as somebody once did; a container of before goes."""
    files = {"Dockerfile": DOCKERFILE, "token.txt": TOKEN}
    make(harbour / "cashier", files, NAME, f"--build-arg=TOKEN={TOKEN}")
    return start_anew(client, NAME)


@task("09.5", _("Repair: the token in the history"), hints=(
    _("The build does not need the token at all. Who does, and when?"),
    _("Take ARG and ENV out, let the service read a file, and mount the file when the container starts. What `COPY` takes along is in a layer."),
    _('`CMD ["sh", "-c", "sha256sum < /run/secrets/token; exec sleep 1d"]`, and `volumes={str(harbour / "cashier/token.txt"): {"bind": "/run/secrets/token", "mode": "ro"}}`.'),
))  # fmt: skip
def cashier(client: docker.DockerClient, see: See) -> None:
    image = see.image(NAME)
    found = see.container(NAME, running=True)
    right = {hashlib.sha256(text.encode()).hexdigest() for text in (TOKEN, f"{TOKEN}\n")}

    def said() -> bool:
        return any(digest in found.logs().decode(errors="replace") for digest in right)

    with contextlib.suppress(DrydockError):
        wait_until(said, "the digest", timeout=PATIENCE)
    knows = said()
    last = found.logs(tail=1).decode(errors="replace").strip()
    see.expect(
        _("log of dd-cashier"),
        expected=_("the SHA-256 of the token"),
        actual=_("the SHA-256 of the token") if knows else last or _("nothing"),
        holds=knows,
        hint=_("The service needs its token. The hash of nothing begins with e3b0c442."),
    )
    places = layers.search(image, TOKEN)
    see.expect(
        _("places with the token in the image dd-cashier: files of any layer, history, configuration"),
        expected=_("none"),
        actual=", ".join(places[:3]) or _("none"),
        holds=not places,
        hint=_("Arguments of a build stand in the history, and no later step takes a file out of a layer."),
    )
    same = found.attrs["Image"] == image.id
    see.expect(
        _("image of the container dd-cashier"),
        expected=_("the one that is now called dd-cashier"),
        actual=_("the one that is now called dd-cashier") if same else _("another"),
        holds=same,
        hint=_("A container keeps the image that it was made from, when the name has long moved on."),
    )
    code, environment = see.exec(found, ["cat", "/proc/1/environ"])
    shown = {
        _("docker inspect"): TOKEN in json.dumps(found.attrs),
        _("/proc/1/environ"): code != 0 or TOKEN in environment,
    }
    see.expect(
        _("places that show the token of the running container"),
        expected=_("none"),
        actual=", ".join(place for place, there in shown.items() if there) or _("none"),
        holds=not any(shown.values()),
        hint=_(
            "A variable or an argument that is given at the start is read by everybody who may ask the engine."
        ),
    )
