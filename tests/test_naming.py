"""What is called so, whoever has made it, as a drill's end asks for it: wherever the name stands."""

from __future__ import annotations

import uuid

import docker

from drydock import cleaning
from drydock.client import LabellingClient

IMAGE = "debian:trixie-slim"


def test_images_are_found_by_any_of_their_names_and_by_a_label(client: LabellingClient) -> None:
    prefix, label = f"dd-test-{uuid.uuid4().hex[:8]}", ("dev.drydock.test", uuid.uuid4().hex)
    plain = docker.DockerClient(base_url=client.engine.url, tls=client.engine.tls or False)
    named = [f"{prefix}-web:latest", f"127.0.0.1:5000/{prefix}-api:1", f"localhost:5000/quay/team/{prefix}:2"]
    others = [f"my-{prefix}:latest", f"{prefix}/web:latest"]
    box = plain.containers.create(IMAGE, ["true"])
    try:
        made = box.commit(changes=f"LABEL {label[0]}={label[1]}")
        for name in (*named, *others):
            plain.images.get(IMAGE).tag(name)
        for name in (f"{prefix}-mine:latest", "theirs-" + prefix):
            made.tag(name)
        assert sorted(cleaning.named(client, prefix)) == sorted(
            f"image {name}" for name in (*named, f"{prefix}-mine:latest")
        )
        both = {*named, f"{prefix}-mine:latest", f"theirs-{prefix}:latest"}
        assert sorted(cleaning.named(client, prefix, label)) == sorted(f"image {name}" for name in both)
        assert not cleaning.remove_named(client, prefix, label).kept
        assert cleaning.named(client, prefix, label) == []
        for name in others:
            plain.images.remove(name)
    finally:
        box.remove()
        plain.close()
