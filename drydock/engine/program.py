"""Which docker program speaks to an engine, and how: the learner's own, or the one of a private engine's files."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from drydock.engine import lookup, microvm, paths, rootfs
from drydock.errors import DrydockError
from drydock.text import _

LOADERS = {"x86_64": "lib64/ld-linux-x86-64.so.2", "aarch64": "lib/ld-linux-aarch64.so.1"}
OURS = paths.COURSE / "bin"
ELSEWHERE = ("-H", "--host", "-c", "--context")


def own() -> str | None:
    """Return the docker command on the PATH that is not our wrapper."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return shutil.which("docker", path=os.pathsep.join(f for f in folders if Path(f).resolve() != OURS))


def files() -> Path | None:
    """Return where a docker command of ours lies, with its loader and libraries: beside one of the private engines."""
    if rootfs.engine().exists():
        return rootfs.engine()
    programs = microvm.programs()  # looked for only then: it reads what the machine is built from
    return programs if programs is not None and programs.exists() else None


def from_rootfs(program: str) -> list[str]:
    """Return the command line that runs a program of ours on this host, by its own loader and libc."""
    root, machine = files() or rootfs.engine(), platform.machine()
    libraries = ":".join(str(root / base / f"{machine}-linux-gnu") for base in ("lib", "usr/lib"))
    return [str(root / LOADERS[machine]), "--library-path", libraries, str(root / program)]


def prepare_config() -> Path:
    """Return a DOCKER_CONFIG folder of ours, with buildx and compose: the learner's stays as it is."""
    folder = paths.home() / "cli"
    plugins = folder / "cli-plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    for name in ("docker-buildx", "docker-compose"):
        line = " ".join(f"'{part}'" for part in from_rootfs(f"usr/libexec/docker/cli-plugins/{name}"))
        script = f'#!/bin/sh\nexec {line} "$@"\n'
        target = plugins / name
        if not target.exists() or target.read_text() != script:
            partial = target.with_name(f"{name}.{os.getpid()}")
            partial.write_text(script)
            partial.chmod(0o755)
            partial.replace(target)
    if not (folder / "config.json").exists():
        (folder / "config.json").write_text(json.dumps({}))
    return folder


def line(engine: lookup.Engine, arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Return the command line and the environment with which docker speaks to an engine.

    Raises DrydockError when there is no docker command for it.
    """
    # Else buildx warns of a `.git` that is no repository, as lessons make one where the course is not a clone.
    env = {"BUILDX_GIT_INFO": "0", **os.environ}
    command = own()
    # Where there is no other, the private engine's command speaks to any engine that wants no certificate.
    instead = command is None and engine.tls is None and files() is not None
    if engine.private or instead:
        env |= {"DOCKER_HOST": engine.url, "DOCKER_CONFIG": str(prepare_config())}
        leading = takewhile(lambda argument: argument.startswith("-"), arguments)
        # A daemon that the command itself names is another one, which our certificates are no good for.
        if engine.kind == "microvm" and not any(option.startswith(ELSEWHERE) for option in leading):
            env |= {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(microvm.certificates())}
        env.pop("DOCKER_CONTEXT", None)
        return [*from_rootfs("usr/bin/docker"), *arguments], env
    if command is None:
        raise DrydockError(
            _("The docker command is not installed here."),
            _("The engine at {url} is not touched.").format(url=engine.url),
            _("install Docker's command line, or set DRYDOCK_ENGINE=native."),
        )
    if engine.kind == "url":
        env["DOCKER_HOST"] = engine.url
    return [command, *arguments], env
