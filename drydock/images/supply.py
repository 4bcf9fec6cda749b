"""The image supply: already there, a registry that answers, a bundle, a stand-in."""

from __future__ import annotations

import os
from pathlib import Path

import requests
from docker.errors import APIError, ImageNotFound
from docker.models.images import Image

from drydock.client import LabellingClient
from drydock.errors import ImageUnavailableError, SetupError
from drydock.images import bundle, node, standin
from drydock.images.steps import remove_steps, steps
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
    if own and _current(image, reference):
        return _own(reference)
    if own and (found := _brought(client, reference)):
        return found
    if not own and image is not None and not _out_of_date(client, reference, image):
        return _stand_in(reference) if standin.LABEL in (image.labels or {}) else _("on the engine")
    if not own and registry_has(client, reference):
        with step(_("Pulling {image}").format(image=reference)):
            client.images.pull(reference)
        return _("from its registry")
    file = os.environ.get(BUNDLE)
    if file and not own and image is None and reference in bundle.names(Path(file)):
        bundle.load(client, Path(file))
        return _("from the bundle {file}").format(file=file)
    if own:
        _build(client, reference, image)
        return _own(reference)
    if client.engine.private and reference in standin.RECIPES:
        try:
            _build(client, reference, image)
        except (ImageUnavailableError, SetupError):
            if image is None:
                raise
            return _("a stand-in of an older version of the course; a newer one could not be built")
        return _stand_in(reference)
    raise ImageUnavailableError(
        _("No place has the image {image}.").format(image=reference),
        _("Looked on the engine, at its registry (no answer within {seconds:.0f} s), in a bundle, and for a stand-in.").format(
            seconds=PATIENCE),
        _("with a network, `docker pull {image}`; without, set {setting} to a bundle that `drydock images bundle` wrote.").format(
            image=reference, setting=BUNDLE),
    )  # fmt: skip


def _build(client: LabellingClient, reference: str, older: Image | None) -> None:
    """Build an image, and remove the one that had its name, with its steps that the new one does not share."""
    former = steps(client, str(older.id)) if older is not None else []
    standin.build(client, reference, lambda base: obtain(client, base))
    shared = steps(client, reference) if former else []
    remove_steps(client, (step_id for step_id in former if step_id not in shared))


def _brought(client: LabellingClient, reference: str) -> str | None:
    """Return where an image of our own is from when a registry or a bundle has it as this version of the course needs it."""
    named = os.environ.get(node.SETTING) if reference == node.IMAGE else None
    if named and registry_has(client, named):
        with step(_("Pulling {image}").format(image=named)):
            pulled = client.images.pull(named)
        if _current(pulled, reference):
            pulled.tag(reference)
            return _("from {image}").format(image=named)
        print(_("{image} is of another version of the course, and is not used.").format(image=named))
    file = os.environ.get(BUNDLE)
    if file and f"{reference}:latest" in bundle.names(Path(file)):
        bundle.load(client, Path(file))
        if _current(_local(client, reference), reference):
            return _("from the bundle {file}").format(file=file)
    return None


def _stand_in(reference: str) -> str:
    recipe = standin.RECIPES.get(reference)
    if recipe is not None and recipe.made is not None:
        return _("a stand-in, built from its own sources and Debian packages")
    return _("a stand-in, built from Debian packages")


def _own(reference: str) -> str:
    if standin.RECIPES[reference].made is not None:
        return _("the course's own, built from the sources of Kubernetes and Debian packages")
    return _("the course's own, built from Debian packages")


def _current(image: Image | None, reference: str) -> bool:
    """Tell whether an image of our own is there, and of this version of the course."""
    return image is not None and image.labels.get(standin.OWN) == standin.version(reference)


def registry_has(client: LabellingClient, reference: str) -> bool:
    """Ask the engine, which knows its mirrors, whether a registry has an image; wait 3 s at most."""
    asking = LabellingClient(base_url=client.engine.url, tls=client.engine.tls or False, timeout=PATIENCE)
    try:
        asking.api.inspect_distribution(reference)  # type: ignore[no-untyped-call]
    except (APIError, requests.RequestException):
        return False
    finally:
        asking.close()
    return True


def _out_of_date(client: LabellingClient, reference: str, image: Image) -> bool:
    """Tell whether an image is a stand-in that was built from another recipe, on an engine where we may build it anew."""
    made_from = (image.labels or {}).get(standin.LABEL)
    known = client.engine.private and reference in standin.RECIPES and made_from is not None
    return known and made_from != standin.version(reference)


def _local(client: LabellingClient, reference: str) -> Image | None:
    try:
        return client.images.get(reference)
    except ImageNotFound:
        return None
