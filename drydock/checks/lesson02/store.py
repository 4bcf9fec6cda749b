"""The task on digests: a tag has moved, in a registry."""

from __future__ import annotations

import io
import re

import docker
from docker.errors import APIError
from docker.models.containers import Container

from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.errors import DrydockError
from drydock.text import _
from drydock.waiting import wait_until

STORE, REPOSITORY, TAG = "dd-store", "dd-cargo", "stable"
NOTE = "/approved"  # in the registry's container: what the check compares with


def start_store(client: docker.DockerClient) -> tuple[str, str]:
    """Start the registry of task 02.4; return the repository's name, and the digest that was approved."""
    store = client.containers.run("registry:2", name=STORE, detach=True, ports={"5000/tcp": None})
    wait_until(lambda: b"listening on" in store.logs(), _("the registry listens"))
    name = _repository(store)
    digests = [_push(client, name, text) for text in ("approved", "unknown")]
    store.exec_run(["sh", "-c", f"echo {digests[0]} > {NOTE}"])
    return name, digests[0]


def _repository(store: Container) -> str:
    store.reload()
    published = store.ports["5000/tcp"]
    assert published
    return f"127.0.0.1:{published[0]['HostPort']}/{REPOSITORY}"


def _push(client: docker.DockerClient, name: str, text: str) -> str:
    """Build an image, push it as the tag, remove it here, and return its digest."""
    dockerfile = f"FROM debian:trixie-slim\nRUN echo {text} > /cargo\n".encode()
    client.images.build(fileobj=io.BytesIO(dockerfile), tag=f"{name}:{TAG}", rm=True)
    answers = client.images.push(name, tag=TAG, stream=True, decode=True)
    said = [str(answer.get("status") or answer.get("error")) for answer in answers]
    client.images.remove(f"{name}:{TAG}", force=True)
    found = re.search(r"^\S+: digest: (\S+) ", "\n".join(said), re.M)
    if found is None:
        raise DrydockError(
            _("The registry {name} did not take an image: {why}").format(name=STORE, why=said[-1]),
            _("It runs, and is not complete."),
            _("`drydock.clean()` removes it; then run the cell again."),
        )
    return found[1]


@task("02.4", _("Repair: a tag that has moved"), hints=(
    _("Which name of an image can't move? And where does the tag live that has moved?"),
    _("Pull by digest, and run that. Then give it the tag on the engine, and send that to the registry."),
    _("`docker pull NAME@sha256:…`, `docker run … NAME@sha256:…`, `docker tag NAME@sha256:… NAME:stable`, `docker push NAME:stable`."),
))  # fmt: skip
def moved(client: docker.DockerClient, see: See) -> None:
    store = see.container(STORE, running=True)
    unload = see.container("dd-unload", running=True)
    _code, approved = see.exec(store, ["cat", NOTE])
    used = client.images.get(unload.attrs["Image"])
    digests = [reference.partition("@")[2] for reference in used.attrs["RepoDigests"] or []]
    see.expect(
        _("digest of the image that dd-unload runs"),
        expected=approved,
        actual=approved if approved in digests else ", ".join(digests) or _("none: it was never in a registry"),
        holds=approved in digests,
        hint=_("A tag is looked up when you pull, and names what it names then. An image that is built anew has another digest, even with the same files."),
    )  # fmt: skip
    named = _named(client, f"{_repository(store)}:{TAG}")
    see.expect(
        _("what the tag {tag} names in the registry").format(tag=TAG),
        expected=approved,
        actual=named,
        holds=named == approved,
        hint=_("A tag that you give on the engine is there alone, until you push it."),
    )


def _named(client: docker.DockerClient, reference: str) -> str:
    """Return the digest that the registry has for a name, asked by the engine."""
    try:
        return str(client.api.inspect_distribution(reference)["Descriptor"]["digest"])  # type: ignore[no-untyped-call]
    except APIError as error:
        return _("nothing: {why}").format(why=error.explanation)
