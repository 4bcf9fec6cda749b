"""The image supply: already there, a registry that answers, a bundle, a stand-in."""

from __future__ import annotations

import os
from pathlib import Path

import docker
import requests
from docker.errors import APIError, ImageNotFound
from docker.models.images import Image

from drydock.client import LabellingClient
from drydock.errors import ImageUnavailableError
from drydock.images import bundle, standin
from drydock.progress import step
from drydock.text import _

PATIENCE = 3  # s that a registry or mirror has to answer
BUNDLE = "DRYDOCK_BUNDLE"


def need(client: LabellingClient, *references: str) -> None:
    """Make sure the engine has these images, and say in one line each where it is from.

    Raises ImageUnavailableError when no place has one.
    """
    for reference in references:
        print(f"{reference}: {obtain(client, reference)}")


def obtain(client: LabellingClient, reference: str) -> str:
    """Return where an image is from, after getting it from the first place that has it."""
    own = reference in standin.RECIPES and standin.RECIPES[reference].own
    image = _local(client, reference)
    if own and image is not None and image.labels.get(standin.OWN) == standin.version(reference):
        return _("the course's own, built from Debian packages")
    if not own and image is not None:
        stand_in = standin.LABEL in (image.labels or {})
        return _("a stand-in, built from Debian packages") if stand_in else _("on the engine")
    if not own and registry_has(client, reference):
        with step(_("Pulling {image}").format(image=reference)):
            client.images.pull(reference)
        return _("from its registry")
    file = os.environ.get(BUNDLE)
    if file and reference in bundle.names(Path(file)):
        bundle.load(client, Path(file))
        return _("from the bundle {file}").format(file=file)
    if own:
        standin.build(client, reference, lambda base: obtain(client, base))
        return _("the course's own, built from Debian packages")
    if client.engine.private and reference in standin.RECIPES:
        standin.build(client, reference, lambda base: obtain(client, base))
        return _("a stand-in, built from Debian packages")
    raise ImageUnavailableError(
        _("No place has the image {image}.").format(image=reference),
        _("Looked on the engine, at its registry (no answer within {seconds:.0f} s), in a bundle, and for a stand-in.").format(
            seconds=PATIENCE),
        _("with a network, `docker pull {image}`; without, set {setting} to a bundle that `drydock images bundle` wrote.").format(
            image=reference, setting=BUNDLE),
    )  # fmt: skip


def registry_has(client: LabellingClient, reference: str) -> bool:
    """Ask the engine, which knows its mirrors, whether a registry has an image; wait 3 s at most."""
    asking = docker.DockerClient(base_url=client.engine.url, tls=client.engine.tls or False, timeout=PATIENCE)
    try:
        asking.api.inspect_distribution(reference)  # type: ignore[no-untyped-call]
    except (APIError, requests.RequestException):
        return False
    finally:
        asking.close()
    return True


def _local(client: LabellingClient, reference: str) -> Image | None:
    try:
        return client.images.get(reference)
    except ImageNotFound:
        return None
