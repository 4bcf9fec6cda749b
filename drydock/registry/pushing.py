"""A push that says when it failed."""

from __future__ import annotations

import docker

from drydock.errors import DrydockError
from drydock.registry.errors import login_refused, not_trusted
from drydock.text import _

# How engines word it: with graph drivers, with containerd's store, and as the registry said it.
# No numbers: the text also holds digests, and "401" stands in one of about seventy.
REFUSED = ("authoriz", "no basic auth", "denied")
DISTRUSTED = ("x509", "certificate")


def push(client: docker.DockerClient, image: str, user: str = "", password: str = "") -> str:
    """Push `image`, as "127.0.0.1:5000/harbour:1", and return its digest in the registry.

    docker-py's own push reports a failure as a line among others; this raises DrydockError.
    """
    repository, _colon, tag = image.rpartition(":")
    login = {"username": user, "password": password} if user else None
    digest = ""
    for line in client.images.push(repository, tag=tag, auth_config=login, stream=True, decode=True):
        if error := line.get("error"):
            raise _failed(image, error)
        if " digest: " in line.get("status", ""):
            digest = line["status"].split()[2]
    return digest


def _failed(image: str, said: str) -> DrydockError:
    address, text = image.partition("/")[0], said.lower()
    if any(word in text for word in DISTRUSTED):
        return not_trusted(address, said)
    if any(word in text for word in REFUSED):
        return login_refused(address, said)
    return DrydockError(
        _("{image} could not be pushed: {why}").format(image=image, why=said),
        _("The image is here as it was; a tag of the registry moves only when all has arrived."),
        _("is the name right, and does the registry answer? Then push again: what has arrived is not sent twice."),
    )  # fmt: skip
