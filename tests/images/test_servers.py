"""The stand-ins for a proxy, a collector of metrics and a registry do what the lessons ask of the official images."""

from __future__ import annotations

import http.client
import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest
from docker.models.containers import Container

from drydock import images
from drydock.client import LabellingClient
from drydock.images import standin
from drydock.waiting import wait_until

NGINX, PROMETHEUS, REGISTRY = "nginx:1.26", "prom/prometheus:v2.53.3", "registry:2"


def address(container: Container, port: int) -> str:
    container.reload()
    return f"http://127.0.0.1:{container.ports[f'{port}/tcp'][0]['HostPort']}"


def get(url: str) -> bytes:
    """Return the answer's body; nothing before there is one."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        error.close()
    except (OSError, http.client.HTTPException):
        pass
    return b""


@contextmanager
def serving(client: LabellingClient, image: str, port: int, **options: object) -> Iterator[Container]:
    images.need(client, image)
    container = client.containers.run(
        image, detach=True, ports={f"{port}/tcp": ("127.0.0.1", None)}, **options
    )
    try:
        yield container
    finally:
        container.remove(force=True, v=True)


def test_nginx_serves_logs_to_the_engine_and_ends_in_order(client: LabellingClient) -> None:
    with serving(client, NGINX, 80) as proxy:
        page = wait_until(lambda: get(address(proxy, 80)), "nginx answers")
        assert b"Welcome to nginx!" in page
        # nginx logs a request when it has been answered, and the engine reads the line a little later.
        wait_until(lambda: b'"GET / HTTP/1.1" 200' in proxy.logs(stderr=False), "the request is logged")
        proxy.stop(timeout=5)  # by SIGQUIT, as the image says: requests that run are brought to their end
        assert proxy.wait()["StatusCode"] == 0
        assert b"gracefully shutting down" in proxy.logs()


def test_nginx_fills_in_its_templates(client: LabellingClient, tmp_path: Path) -> None:
    script = (
        "mkdir /etc/nginx/templates; echo 'server { listen 80; return 200 \"${PLACE} $host\"; }'"
        " > /etc/nginx/templates/default.conf.template; exec /docker-entrypoint.sh nginx -g 'daemon off;'"
    )
    options = {"entrypoint": ["sh", "-c", script], "environment": {"PLACE": "Rotterdam"}}
    with serving(client, NGINX, 80, **options) as proxy:
        assert wait_until(lambda: get(address(proxy, 80)), "nginx answers") == b"Rotterdam 127.0.0.1"


def test_prometheus_scrapes_itself_as_nobody(client: LabellingClient) -> None:
    with serving(client, PROMETHEUS, 9090) as collector:

        def scraped() -> list[object]:
            answer = get(address(collector, 9090) + "/api/v1/targets")
            return json.loads(answer)["data"]["activeTargets"] if answer else []

        targets = wait_until(scraped, "Prometheus knows its targets")
        assert [target["labels"]["job"] for target in targets] == ["prometheus"]  # type: ignore[index]
        assert collector.exec_run(["id", "-un"]).output == b"nobody\n"
        assert collector.exec_run(["sh", "-c", "ls -d /prometheus/wal; promtool --version"]).exit_code == 0
        collector.stop()
        assert collector.wait()["StatusCode"] == 0


def test_prometheus_has_the_version_of_its_name(client: LabellingClient) -> None:
    images.need(client, PROMETHEUS)
    said = client.containers.create(PROMETHEUS, ["--version"])
    said.start()
    said.wait()
    assert f"version {PROMETHEUS.partition(':v')[2]}" in said.logs().decode()
    said.remove(v=True)


@pytest.mark.alone  # other tests make volumes, too
def test_a_build_leaves_no_volume(client: LabellingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    # The classic builder makes an anonymous volume for each step after VOLUME, and leaves it.
    for reference, recipe in standin.RECIPES.items():
        lines = [line for line in recipe.dockerfile.read_text().splitlines() if line[:1].isalpha()]
        volumes = [line.startswith("VOLUME") for line in lines]
        assert not any(volumes[:-1]), f"{reference}: VOLUME is not the last instruction"
    images.need(client, "debian:trixie-slim")
    before = {volume.name for volume in client.volumes.list()}
    recipe = standin.RECIPES[REGISTRY]
    monkeypatch.setitem(standin.RECIPES, "dd-test-registry", recipe)
    standin.build(client, "dd-test-registry", lambda _base: None)
    client.images.remove("dd-test-registry")
    assert {volume.name for volume in client.volumes.list()} == before


def test_registry_collects_what_no_manifest_names(client: LabellingClient) -> None:
    environment = {"REGISTRY_STORAGE_DELETE_ENABLED": "true"}
    with serving(client, REGISTRY, 5000, environment=environment) as registry:
        url = address(registry, 5000)
        wait_until(lambda: get(f"{url}/v2/") == b"{}", "the registry answers")
        begin = urllib.request.Request(f"{url}/v2/crate/blobs/uploads/", method="POST")
        with urllib.request.urlopen(begin) as answer:
            place = answer.headers["Location"]
        binary = {"Content-Type": "application/octet-stream"}
        digest = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # of b"foo"
        end = urllib.request.Request(f"{place}&digest={digest}", data=b"foo", method="PUT", headers=binary)
        assert urllib.request.urlopen(end).status == 201
        collect = ["registry", "garbage-collect", "/etc/docker/registry/config.yml"]
        code, output = registry.exec_run(collect)
        assert code == 0
        assert digest in output.decode()
        assert not registry.exec_run(["find", "/var/lib/registry", "-name", "data"]).output
