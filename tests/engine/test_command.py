"""The docker command of the notebooks, on an engine that is not the private one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drydock.client import LabellingClient
from drydock.engine import command, program, rootfs


@pytest.fixture
def docker(client: LabellingClient, tmp_path: Path) -> dict[str, str]:
    """An environment with a learner's own docker command, which has buildx and no compose."""
    without(tmp_path, "compose")
    path = os.pathsep.join([str(program.OURS), str(tmp_path), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "DRYDOCK_ENGINE": client.engine.url}


def without(folder: Path, plugin: str) -> None:
    """Write a docker command that has every plugin but one, and says how it was called."""
    script = folder / "docker"
    script.write_text(
        f'#!/bin/sh\n[ "$1" != {plugin} ] || {{ echo "unknown command" >&2; exit 1; }}\n'
        'echo "$DOCKER_HOST $*${DOCKER_BUILDKIT:+, BuildKit $DOCKER_BUILDKIT}"\n'
    )
    script.chmod(0o755)


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], env=environment, capture_output=True, text=True)


def test_it_is_the_learners_own_on_the_engine_that_connect_finds(
    docker: dict[str, str], client: LabellingClient
) -> None:
    assert run(docker, "buildx", "ls").stdout == f"{client.engine.url} buildx ls\n"


def test_without_one_the_private_engines_is_taken(client: LabellingClient, tmp_path: Path) -> None:
    if not rootfs.engine().exists():
        pytest.skip("the private engine's files are not here")
    ask = [sys.executable, "-m", "drydock.engine.command", "version", "--format", "{{.Server.Version}}"]
    nothing = {**os.environ, "PATH": str(tmp_path), "DRYDOCK_ENGINE": client.engine.url}
    done = subprocess.run(ask, env=nothing, capture_output=True, text=True)
    assert done.stdout.strip() == client.version()["Version"], done.stderr
    done = subprocess.run(ask, env={**nothing, "DRYDOCK_HOME": str(tmp_path)}, capture_output=True, text=True)
    assert done.stderr.startswith("The docker command is not installed here.\nThe engine at ")


def test_a_missing_plugin_is_named_with_its_package(docker: dict[str, str]) -> None:
    done = run(docker, "compose", "up")
    assert done.returncode != 0
    assert done.stderr.startswith("docker compose is not installed here")
    assert "Nothing was changed; what does not need it still works." in done.stderr
    assert "Hint: Docker Desktop brings it. On Linux install the package docker-compose-plugin" in done.stderr
    assert run(docker, "ps").returncode == 0


@pytest.mark.parametrize("words", [("build",), ("image", "build")])
def test_a_build_without_buildx_takes_the_classic_builder_and_says_so(
    docker: dict[str, str], client: LabellingClient, tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = f"{client.engine.url} {' '.join(words)} -t image ."
    for progress in (("--progress", "plain"), ("--progress=plain",)):
        assert (
            run(docker, *words, *progress, "-t", "image", ".").stdout
            == said.replace("-t", f"{' '.join(progress)} -t") + "\n"
        )
    without(tmp_path, "buildx")
    for progress in (("--progress", "plain"), ("--progress=plain",), ()):
        done = run(docker, *words, *progress, "-t", "image", ".")
        assert done.stdout == f"{said}, BuildKit 0\n"
        assert done.stderr.startswith("docker has no buildx here: the classic builder is used.")
    assert run(docker, "ps").stderr == ""


def test_a_folder_with_a_git_that_is_no_repository_is_built_without_a_warning(
    client: LabellingClient, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    labels = [f"--label={key}={value}" for key, value in client.api.labels.items()]
    built = run(command.environment(), "build", "-q", *labels, "-t", "dd-no-repository", str(tmp_path))
    client.images.remove("dd-no-repository")
    assert built.returncode == 0 and built.stderr == "", built.stderr
