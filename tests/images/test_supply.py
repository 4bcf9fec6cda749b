"""Images from the first place that has them, and what is said when none has."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from drydock import images
from drydock.client import LabellingClient
from drydock.errors import DrydockError
from drydock.images import bundle, standin, supply

# What the official images start: their CMD and ENTRYPOINT.
STARTS = {
    "debian": (["bash"], None),
    "python": (["python3"], None),
    "registry": (["/etc/docker/registry/config.yml"], ["/entrypoint.sh"]),
    "postgres": (["postgres"], ["docker-entrypoint.sh"]),
    "redis": (["redis-server"], ["docker-entrypoint.sh"]),
    "nginx": (["nginx", "-g", "daemon off;"], ["/docker-entrypoint.sh"]),
    "prom/prometheus": (
        [
            "--config.file=/etc/prometheus/prometheus.yml",
            "--storage.tsdb.path=/prometheus",
            "--web.console.libraries=/usr/share/prometheus/console_libraries",
            "--web.console.templates=/usr/share/prometheus/consoles",
        ],
        ["/bin/prometheus"],
    ),
    "traefik": (["traefik"], ["/entrypoint.sh"]),
}
FOLDERS = {"redis": "/data", "prom/prometheus": "/prometheus"}  # their WorkingDir, where it is not the root
# A registry that is not there: nothing listens on the discard port.
BLOCKED = "127.0.0.1:9/drydock/test:1"


@pytest.fixture
def bundled(client: LabellingClient, tmp_path: Path) -> Path:
    """A bundle with an image that is nowhere else."""
    client.images.build(fileobj=io.BytesIO(b"FROM debian:trixie-slim\nENV BUNDLED=1\n"), tag=BLOCKED)
    images.save(client, tmp_path / "images.tar", [BLOCKED])
    client.images.remove(BLOCKED)
    return tmp_path / "images.tar"


def test_no_network_and_no_bundle(client: LabellingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(supply.BUNDLE, raising=False)
    begun = time.monotonic()
    with pytest.raises(DrydockError, match=r"No place has the image.*\n.*\nHint: .*DRYDOCK_BUNDLE"):
        images.need(client, BLOCKED)
    assert time.monotonic() - begun < 2 * supply.PATIENCE


def test_no_network_with_a_bundle(
    client: LabellingClient,
    bundled: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(supply.BUNDLE, str(bundled))
    images.need(client, BLOCKED)
    assert "from the bundle" in capsys.readouterr().out
    client.images.remove(BLOCKED)


@pytest.mark.parametrize("damage", ["cut", "not a tar file", "missing"])
def test_a_damaged_bundle_is_refused_and_changes_nothing(
    client: LabellingClient, bundled: Path, damage: str
) -> None:
    content = bundled.read_bytes()
    bundled.write_bytes(
        {"cut": content[: len(content) // 2], "not a tar file": b"hello", "missing": b""}[damage]
    )
    if damage == "missing":
        bundled.unlink()
    with pytest.raises(DrydockError, match=r"is not a complete bundle.*\nNo image was changed"):
        bundle.load(client, bundled)
    with pytest.raises(DrydockError, match="No place has"):
        images.need(client, BLOCKED)


def test_a_bundle_appears_only_when_it_is_complete(client: LabellingClient, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"(?i)no such image|not found|404"):
        images.save(client, tmp_path / "images.tar", ["nowhere/nothing:1"])
    assert not (tmp_path / "images.tar").exists()


@pytest.mark.parametrize("reference", [name for name, recipe in standin.RECIPES.items() if not recipe.own])
def test_a_stand_in_is_configured_like_the_official_image(client: LabellingClient, reference: str) -> None:
    images.need(client, reference)
    config = client.images.get(reference).attrs["Config"]
    name = reference.partition(":")[0]
    command, entry_point = STARTS[name]
    assert config["Cmd"] == command
    assert config.get("Entrypoint") == entry_point
    assert (config.get("WorkingDir") or "/") == FOLDERS.get(name, "/")
    if reference.startswith("python"):
        path = client.containers.run(
            reference,
            [
                "python",
                "-c",
                "import sys, pip, pathlib; print(sys.executable, pathlib.Path(pip.__file__).parents[1])",
            ],
            remove=True,
        )
        assert path.decode().split() == ["/usr/local/bin/python", "/usr/local/lib/python3.13/site-packages"]


# Debian 13's programs with the setuid bit, and with the setgid bit, in the official image.
SETUID = "chfn chsh gpasswd mount newgrp passwd su umount"
SETGID = "chage expiry unix_chkpwd"


@pytest.mark.parametrize("reference", ["debian:trixie-slim", "python:3.13-slim"])
def test_the_first_image_keeps_setuid_bits_and_owners(client: LabellingClient, reference: str) -> None:
    images.need(client, reference)

    def found(*expression: str) -> set[str]:
        command = ["find", "/usr", "-xdev", "-type", "f", *expression, "-printf", "%f %u:%g\n"]
        return set(client.containers.run(reference, command, remove=True).decode().splitlines())

    assert found("-perm", "/4000") >= {f"{name} root:root" for name in SETUID.split()}
    assert found("-perm", "/2000") >= {f"{name} root:shadow" for name in SETGID.split()}


DEVELOPMENT = b"""FROM python:3.13-slim
WORKDIR /app
COPY . /app
RUN pip install --no-cache-dir -r requirements.txt
EXPOSE 8000
CMD ["python", "app.py"]
"""
MULTI_STAGE = b"""FROM python:3.13 AS builder
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

FROM python:3.13-slim
RUN groupadd -r app && useradd -r -g app app
WORKDIR /app
COPY --from=builder /usr/local/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages
COPY --chown=app:app . .
USER app
CMD ["python", "app.py"]
"""


@pytest.mark.parametrize("dockerfile", [DEVELOPMENT, MULTI_STAGE], ids=["development", "multi-stage"])
def test_the_articles_dockerfiles_run_on_the_stand_ins(
    client: LabellingClient, tmp_path: Path, dockerfile: bytes
) -> None:
    images.need(client, "python:3.13", "python:3.13-slim")
    (tmp_path / "Dockerfile").write_bytes(dockerfile)
    (tmp_path / "requirements.txt").write_text("itsdangerous==2.2.0\n")
    (tmp_path / "app.py").write_text(
        "import itsdangerous, os\nprint(itsdangerous.__name__, os.getuid() == 0)\n"
    )
    image, _ = client.images.build(path=str(tmp_path), rm=True)
    output = client.containers.run(image.id, remove=True).decode().split()
    assert output == ["itsdangerous", str(dockerfile is DEVELOPMENT)]
    client.images.remove(image.id, force=True)


def test_an_image_of_our_own_is_built_without_asking_a_registry(
    client: LabellingClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie-slim\nCOPY note /\n")
    (tmp_path / "note").write_text("ours\n")
    recipe = standin.Recipe(tmp_path / "Dockerfile", "debian:trixie-slim", ("note",), own=True)
    monkeypatch.setitem(standin.RECIPES, "dd-test-own", recipe)
    images.need(client, "debian:trixie-slim")
    monkeypatch.setattr(supply, "registry_has", lambda *_asked: pytest.fail("a registry was asked"))
    try:
        for _time in range(2):
            images.need(client, "dd-test-own")
        assert capsys.readouterr().out.count("dd-test-own: the course's own") == 2
        assert client.containers.run("dd-test-own", ["cat", "/note"], remove=True) == b"ours\n"
        # A new version of the course has another recipe, and nothing of the older one stays but what both have.
        older = steps(client, "dd-test-own")
        (tmp_path / "note").write_text("newer\n")
        images.need(client, "dd-test-own")
        gone = older - steps(client, "dd-test-own")
        assert len(gone) > 1 and not gone & {image["Id"] for image in client.api.images(all=True)}
        assert client.containers.run("dd-test-own", ["cat", "/note"], remove=True) == b"newer\n"
    finally:
        client.images.remove("dd-test-own")


def steps(client: LabellingClient, image: str) -> set[str]:
    """Return the ids of an image and of the steps on the way to it."""
    return {layer["Id"] for layer in client.api.history(image)} - {"<missing>"}


def test_a_stand_in_of_an_older_recipe_is_built_anew(
    client: LabellingClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name, after = "dd-test-stand-in:1", "dd-test-after:1"
    recipe = standin.Recipe(tmp_path / "Dockerfile", "debian:trixie-slim")
    on_it = standin.Recipe(tmp_path / "after", name)
    monkeypatch.setitem(standin.RECIPES, name, recipe)
    monkeypatch.setitem(standin.RECIPES, after, on_it)
    monkeypatch.setattr(supply, "registry_has", lambda *_asked: False)
    (tmp_path / "after").write_text(f"FROM {name}\n")

    def note(instruction: str) -> str:
        (tmp_path / "Dockerfile").write_text(f"FROM debian:trixie-slim\n{instruction}\n")
        images.need(client, after)
        assert client.images.get(after).attrs["RootFS"] == client.images.get(name).attrs["RootFS"]
        return client.containers.run(after, ["sh", "-c", "echo $NOTE"], remove=True).decode()

    try:
        assert note("ENV NOTE=old\nRUN touch /old") == "old\n"
        first = client.images.get(name).id
        assert note("ENV NOTE=new\nRUN touch /new") == "new\n"
        capsys.readouterr()
        second = client.images.get(name).id
        assert first != second and first not in {image["Id"] for image in client.api.images()}
        # Where it can't be built, on a machine without a network for one, the older one is better than none.
        assert note("RUN false") == "new\n"
        capsys.readouterr()
        images.need(client, name)
        assert f"{name}: a stand-in of an older version of the course" in capsys.readouterr().out
        assert client.images.get(name).id == second
        # On an engine that is not ours alone, an image stays as it is.
        monkeypatch.setattr(type(client.engine), "private", property(lambda _engine: False))
        images.need(client, name)
        assert capsys.readouterr().out == f"{name}: a stand-in, built from Debian packages\n"
    finally:
        for image in (after, name):
            client.images.remove(image, force=True)
