"""Lesson 05's builds with every registry blocked, on an engine that has only its images."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.errors import APIError

from drydock import building, images, project
from drydock.client import LabellingClient, connect
from drydock.engine import native, paths, settings
from tools.lessons.split import split

BLOCKED = {"http-proxy": "http://127.0.0.1:9", "https-proxy": "http://127.0.0.1:9"}  # a closed port


@pytest.fixture
def blocked(
    client: LabellingClient, second_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LabellingClient]:
    """A client of a second engine whose daemon reaches no registry; its build steps have the network."""
    bundle = tmp_path / "images.tar"
    images.need(client, *images.LESSONS["05"])
    images.save(client, bundle, images.LESSONS["05"])
    # Docker's own setting (daemon.json, "proxies"): for pulls and for what BuildKit asks a registry.
    monkeypatch.setattr(settings, "registries", lambda: {"proxies": BLOCKED})
    monkeypatch.setenv("DRYDOCK_ENGINE", "native")
    monkeypatch.setenv("DRYDOCK_WORK", str(tmp_path / "work"))
    engine = connect("05", quiet=True)
    images.load(engine, bundle)
    yield engine
    engine.close()


def dockerfiles() -> list[str]:
    """Return the Dockerfiles of the solutions that build on the engine's images."""
    notebook = split(paths.COURSE / "source" / "05_multi_stage_builds.md")["solutions"]
    found = (re.search(r'write_text\("""\\\n(.*?)"""\)', cell.source, re.S) for cell in notebook.cells)
    return [match[1] for match in found if match]


def test_the_builds_ask_no_registry(blocked: LabellingClient) -> None:
    with pytest.raises(APIError, match=r"127\.0\.0\.1:9"):
        blocked.images.pull("debian:bookworm-slim")
    harbour = project.checkout("exercise-05")
    (harbour / "token.txt").write_text("token")
    native_url = native.url()
    assert blocked.engine.url == native_url
    texts = dockerfiles()
    assert len(texts) == 7
    for text in texts:
        assert "# syntax" not in text
        (harbour / "Dockerfile").write_text(text)
        options = [f"--secret=id=chart,src={harbour / 'token.txt'}"]
        if " AS lock" in text:
            locked = building.run(harbour, "--target=lock", f"--output={harbour}")
            assert locked.failure is None, locked
        if "BUILDPLATFORM" in text:
            options += ["--platform=linux/amd64,linux/arm64"]
        done = building.run(harbour, *options)
        assert done.failure is None, done
