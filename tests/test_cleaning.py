"""What `clean` removes and leaves; that foreign objects stay is proved in test_side_by_side."""

from __future__ import annotations

import contextlib
import io
import uuid

import docker
import pytest
from docker.errors import BuildError

import drydock
from drydock import session
from drydock.client import LabellingClient, connect

pytestmark = pytest.mark.alone

IMAGE = "debian:trixie-slim"


def test_the_classic_builders_steps_go_with_the_image(client: LabellingClient) -> None:
    lesson = connect("01", quiet=True)
    plain = docker.DockerClient(base_url=client.engine.url, tls=client.engine.tls or False)
    shared, own = (f"ENV A={uuid.uuid4().hex}", f"ENV B={uuid.uuid4().hex}")

    def ids() -> set[str]:
        return {image.id for image in plain.images.list(all=True)}

    try:
        begin = ids()
        dockerfile = f"FROM {IMAGE}\n{shared}\n"
        _foreign, _log = plain.images.build(fileobj=io.BytesIO(dockerfile.encode()), tag="foreign:1", rm=True)
        theirs = ids()
        lesson.images.build(fileobj=io.BytesIO(f"{dockerfile}{own}\n".encode()), tag="dd-ours", rm=True)
        assert ids() - theirs
        assert "1 images" in str(drydock.clean(lesson))
        assert ids() == theirs
        plain.images.remove("foreign:1")
        for step in ids() - begin:
            plain.images.remove(step)
    finally:
        plain.close()
        lesson.close()


def test_a_step_that_an_engine_left_goes_and_does_not_count(client: LabellingClient) -> None:
    lesson = connect("01", quiet=True)
    plain = docker.DockerClient(base_url=client.engine.url, tls=client.engine.tls or False)
    labels = {key: value for key, value in session.labels("01").items() if key != session.SESSION}
    dockerfile = f"FROM {IMAGE}\nENV A={uuid.uuid4().hex}\n"
    try:
        begin = {image.id for image in plain.images.list(all=True)}
        plain.images.build(fileobj=io.BytesIO(dockerfile.encode()), labels=labels, rm=True)
        assert str(drydock.clean(lesson)) == "Nothing of ours was left."
        assert {image.id for image in plain.images.list(all=True)} == begin
    finally:
        plain.close()
        lesson.close()


def test_an_image_counts_once_whatever_it_is_called(client: LabellingClient) -> None:
    lesson = connect("01", quiet=True)
    try:
        image, _log = lesson.images.build(
            fileobj=io.BytesIO(f"FROM {IMAGE}\nENV A=1\n".encode()), tag="dd-one:1"
        )
        image.tag("dd-one", "2")
        assert str(drydock.clean(lesson)) == "Removed: 1 images."
    finally:
        lesson.close()


def test_a_build_leaves_no_container_of_the_builder(client: LabellingClient) -> None:
    def containers() -> set[str]:
        return {container.id for container in client.containers.list(all=True)}

    begin = containers()
    for command in ("true", "false"):
        dockerfile = f"FROM {IMAGE}\nENV A={uuid.uuid4().hex}\nRUN {command}\n"
        with contextlib.suppress(BuildError):
            client.images.build(fileobj=io.BytesIO(dockerfile.encode()))
        assert containers() == begin
    drydock.clean(client)
