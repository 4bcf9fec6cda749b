"""traefik is compiled without the DNS providers of its ACME client; the image takes its words as the official one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from drydock import images
from drydock.client import LabellingClient
from drydock.engine import paths
from drydock.images import compiling, traefik


def test_lego_without_its_providers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRYDOCK_HOME", str(tmp_path / "home"))
    paths.home().mkdir(parents=True)
    release = compiling.release(traefik.SOURCE, traefik.LEGO)
    original = tmp_path / "modules" / f"{traefik.LEGO}@{release}"
    for file in (
        "lego/client.go",
        "providers/dns/all.go",
        "providers/dns/cloud/cloud.go",
        "providers/http/http.go",
    ):
        (original / file).parent.mkdir(parents=True, exist_ok=True)
        (original / file).touch()
    original.chmod(0o555)
    asked: list[Any] = []
    for _attempt in range(2):  # a second build meets what the first has left
        (option,) = traefik.module().before(
            lambda *words, **_options: asked.append(words), tmp_path / "modules"
        )
    copy = paths.home() / "traefik-lego"
    found = {str(file.relative_to(copy)) for file in copy.rglob("*.go")}
    assert found == {"lego/client.go", "providers/http/http.go", "providers/dns/dns.go"}
    assert asked[0] == ("mod", "download", "-modcacherw", traefik.LEGO)
    module = Path(option.removeprefix("-modfile="))
    replaced = dict(re.findall(r'(\S+) => "(/\S+)"', module.read_text()))
    assert replaced[traefik.LEGO] == str(copy) and (copy / "providers/dns/dns.go").exists()
    assert Path(replaced["github.com/traefik/traefik/dynamic/ext"], "ext.go").exists()
    assert module.with_suffix(".sum").read_bytes() == (traefik.SOURCE / "go.sum").read_bytes()


@pytest.mark.parametrize("words", [["version"], ["traefik", "version"], ["sh", "-c", "exec traefik version"]])
def test_its_entry_point(client: LabellingClient, words: list[str]) -> None:
    images.need(client, traefik.IMAGE)
    said = client.containers.run(traefik.IMAGE, words, remove=True).decode()
    assert re.search(r"^Version: +3\.7\.\d+$", said, re.M)


def test_options_alone_are_traefiks(client: LabellingClient) -> None:
    images.need(client, traefik.IMAGE)
    said = client.containers.run(traefik.IMAGE, ["--help"], remove=True).decode()
    assert "--entrypoints" in said.lower()
