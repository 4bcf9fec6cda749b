"""An image of the learner's engine, brought to the cluster's nodes: no registry takes part in it."""

from __future__ import annotations

import contextlib
import tarfile
import tempfile
from collections.abc import Iterator
from typing import IO

from docker.errors import APIError, ImageNotFound
from docker.models.containers import Container

from drydock.client import LabellingClient
from drydock.clusters.engine import nodes
from drydock.engine import paths
from drydock.errors import DrydockError
from drydock.progress import step
from drydock.text import _

CTR = ["ctr", "-n", "k8s.io", "images"]  # containerd's command, in the namespace that the kubelet uses
SOURCE = "dev.drydock.source"  # on a node's image: the id of the engine's image that it came from
ARCHIVE = "drydock-image.tar"
FOLDER = "/var/tmp"  # on the node's volume: a tmpfs can't be written to from outside
BLOCK = 512  # bytes, a tar's unit
CHUNK = 1 << 20


def load(engine: LabellingClient, image: str) -> None:
    """Give an image to every node that runs and does not have it. Raises DrydockError when the engine has no such image."""
    try:
        found = engine.images.get(image)
    except ImageNotFound:
        raise DrydockError(
            _("The engine has no image {image}, so that it can't be loaded into the cluster.").format(image=image),
            _("The cluster was not changed."),
            _("`docker images` lists what there is; build it, or get it with drydock.need(client, {image!r}).").format(image=image),
        ) from None  # fmt: skip
    tag = next((one for one in found.tags if reference(one) == reference(image)), None)
    if tag is None:
        raise DrydockError(
            _("{image} is no name with a tag, and a node knows an image by its name.").format(image=image),
            _("The cluster was not changed."),
            _("give it one, such as `docker tag {image} shop:1`, and load that.").format(image=image),
        )
    running = [node for node in nodes(engine) if node.status == "running"]
    lacking = [node for node in running if not _has(node, reference(image), str(found.id))]
    if not lacking:
        return
    with (
        step(_("Loading {image} into the cluster").format(image=image)),
        tempfile.TemporaryFile(dir=paths.home()) as file,
    ):
        for chunk in found.save(named=tag):
            file.write(chunk)
        for node in lacking:
            _import(node, file, reference(image), str(found.id))


def reference(image: str) -> str:
    """Return an image's full name, as containerd keeps it. Source: distribution/reference, ParseNormalizedNamed."""
    first, slash, _rest = image.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        image = f"docker.io/{image}" if slash else f"docker.io/library/{image}"
    return image if ":" in image.rpartition("/")[2] else f"{image}:latest"


def _has(node: Container, name: str, source: str) -> bool:
    code, said = node.exec_run([*CTR, "ls", f"name=={name}"])
    return code == 0 and f"{SOURCE}={source}".encode() in bytes(said)  # type: ignore[arg-type]


def _import(node: Container, file: IO[bytes], name: str, source: str) -> None:
    try:
        node.exec_run(["mkdir", "-p", FOLDER])
        node.put_archive(FOLDER, _wrapped(file))
        for command in (["import", f"{FOLDER}/{ARCHIVE}"], ["label", name, f"{SOURCE}={source}"]):
            code, said = node.exec_run([*CTR, *command])
            if code != 0:
                lines = bytes(said).decode(errors="replace").strip().splitlines()  # type: ignore[arg-type]
                raise _refused(node, lines[-1] if lines else "")
    except APIError as error:
        raise _refused(node, str(error.explanation or error)) from error
    finally:
        with contextlib.suppress(APIError):
            node.exec_run(["rm", "-f", f"{FOLDER}/{ARCHIVE}"])


def _refused(node: Container, why: str) -> DrydockError:
    return DrydockError(
        _("The node {node} did not take the image: {why}").format(node=node.name, why=why),
        _("Other nodes may have it."),
        _("look for a full disk: `docker exec {node} df -h /var`.").format(node=node.name),
    )


def _wrapped(file: IO[bytes]) -> Iterator[bytes]:
    """Give a tar with one file in it, as the engine takes files: piece by piece, as an image may be large."""
    member = tarfile.TarInfo(ARCHIVE)
    member.size = file.seek(0, 2)
    yield member.tobuf()
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
    yield bytes(-member.size % BLOCK + 2 * BLOCK)
