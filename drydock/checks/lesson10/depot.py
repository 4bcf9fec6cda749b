"""The task on a digest: a registry with a certificate and a password, and a container that can't be moved."""

from __future__ import annotations

import docker
from docker.models.containers import Container

from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.registry import KEYS, SETTINGS, Registry
from drydock.registry.serving import PASSWORD, USER
from drydock.text import _
from drydock.waiting import wait_until

DEPOT = "dd-chandlery"
FREE = ("127.0.0.1", 0)  # a port that the engine chooses
REPOSITORY, TAG, NAME = "pilot", "1.0", "dd-guide"


def start_depot(client: docker.DockerClient, name: str = DEPOT) -> Registry:
    """Start a registry on a free port of 127.0.0.1, with a certificate of its own and the user pilot; return it."""
    volumes = [f"{client.volumes.create(f'{name}-keys').name}:/keys"]
    client.containers.run(
        "python:3.13-slim", ["sh", "-c", KEYS], remove=True, volumes=volumes, working_dir="/keys"
    )
    container = client.containers.run(
        "registry:2", name=name, environment=SETTINGS, detach=True,
        volumes=volumes, ports={"5000/tcp": FREE},
    )  # fmt: skip
    registry = reach(container)
    wait_until(registry.ready, _("the registry answers"))
    return registry


def reach(container: Container) -> Registry:
    """Return the way to a registry that `start_depot` began."""
    certificate = container.exec_run(["cat", "/keys/cert.pem"]).output
    assert isinstance(certificate, bytes)  # not streamed
    return Registry(published(container), ca=certificate.decode(), user=USER, password=PASSWORD)


def published(container: Container) -> str:
    """Return the address on 127.0.0.1 of a registry that runs."""
    container.reload()
    return f"127.0.0.1:{(container.ports['5000/tcp'] or [{}])[0]['HostPort']}"


@task("10.5", _("A container that can't be moved"), hints=(
    _("Four steps: an image whose name begins with the registry's address, a login, a push, a container. Which name says *exactly this*?"),
    _("`push` of `drydock.registry` logs in and returns the digest. A name with a digest is `address/pilot@sha256:…`."),
    _('`digest = push(client, f"{depot.address}/pilot:1.0", "pilot", "sesame")`, then `client.containers.run(f"{depot.address}/pilot@{digest}", …, name="dd-guide", detach=True)`.'),
))  # fmt: skip
def by_digest(client: docker.DockerClient, see: See) -> None:
    registry = reach(see.container(DEPOT, running=True))
    digest = registry.digest(REPOSITORY, TAG)
    if not see.expect(
        _("{repository}:{tag} in the registry").format(repository=REPOSITORY, tag=TAG),
        expected=_("there"),
        actual=_("there") if digest else _("not there"),
        holds=digest,
        hint=_("A push that is refused raises nothing in docker-py. What did its last line say?"),
    ):
        return
    name = see.container(NAME, running=True).attrs["Config"]["Image"]
    wanted = f"{registry.address}/{REPOSITORY}@{digest}"
    see.expect(
        _("the image of {name}").format(name=NAME),
        expected=wanted.replace(registry.address, "…"),  # the port is another each time
        actual=name.replace(registry.address, "…"),
        holds=name == wanted,
        hint=_(
            "A name with a tag can mean another image tomorrow. And is the digest the one that the registry has now?"
        ),
    )
