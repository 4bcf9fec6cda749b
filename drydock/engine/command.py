"""The docker command beside the course's engine: the learner's own, or the one from the private engine's files."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from drydock.engine import imagelock, lookup, microvm, paths, rebuilding, rootfs
from drydock.errors import DrydockError
from drydock.text import _

LOADERS = {"x86_64": "lib64/ld-linux-x86-64.so.2", "aarch64": "lib/ld-linux-aarch64.so.1"}
OURS = paths.COURSE / "bin"
# The subcommands that are programs of their own, and the packages that have them: Docker's, Debian's.
PLUGINS = {
    "buildx": ("docker-buildx-plugin", "docker-buildx"),
    "compose": ("docker-compose-plugin", "docker-compose"),
}
BUILDS = (["build"], ["image", "build"], ["builder", "build"], ["buildx", "build"])
REMOVALS = (["rmi"], ["image", "rm"], ["image", "remove"])
CLASSIC = "0"  # DOCKER_BUILDKIT: the builder inside the daemon, which needs no plugin


def own() -> str | None:
    """Return the docker command on the PATH that is not our wrapper."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return shutil.which("docker", path=os.pathsep.join(f for f in folders if Path(f).resolve() != OURS))


def environment() -> dict[str, str]:
    """Return this process's environment with our `docker` first on the PATH."""
    path = os.pathsep.join([str(OURS), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, "DRYDOCK_PYTHON": sys.executable}


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


def main() -> None:
    """Find the engine as connect() does, then become the docker command."""
    try:
        engine = lookup.find()
    except DrydockError as error:
        sys.exit(str(error))
    # Else buildx warns of a `.git` that is no repository, as lessons make one where the course is not a clone.
    env = {"BUILDX_GIT_INFO": "0", **os.environ}
    words = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    builds = any(words[: len(build)] == build for build in BUILDS)
    if builds:
        imagelock.hold_for_build()
    elif any(words[: len(removal)] == removal for removal in REMOVALS):
        imagelock.hold_for_removal()
    command = own()
    # Where there is no other, the private engine's command speaks to any engine that wants no certificate.
    instead = command is None and engine.tls is None and files() is not None
    if engine.private or instead:
        env |= {"DOCKER_HOST": engine.url, "DOCKER_CONFIG": str(prepare_config())}
        if engine.kind == "microvm":
            env |= {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(microvm.certificates())}
        env.pop("DOCKER_CONTEXT", None)
        arguments = [*from_rootfs("usr/bin/docker"), *sys.argv[1:]]
        if engine.private and builds and not sys.stderr.isatty() and "-" not in sys.argv:
            sys.exit(rebuilding.run(arguments, env))
        os.execve(arguments[0], arguments, env)
    if command is None:
        sys.exit(_("The docker command is not installed here.\nThe engine at {url} is not touched.\n"
                   "Hint: install Docker's command line, or set DRYDOCK_ENGINE=native.").format(url=engine.url))  # fmt: skip
    if engine.kind == "url":
        env["DOCKER_HOST"] = engine.url
    arguments = sys.argv[1:]
    if words and words[0] in PLUGINS and not _has(command, words[0]):
        sys.exit(_missing(words[0]))
    if builds and env.get("DOCKER_BUILDKIT") != CLASSIC and not _has(command, "buildx"):
        env["DOCKER_BUILDKIT"] = CLASSIC
        arguments = _for_classic(arguments)
        print(no_buildx(), file=sys.stderr, flush=True)
    os.execve(command, [command, *arguments], env)


def no_buildx() -> str:
    """Return what to say when a build takes the classic builder, for want of buildx."""
    docker, debian = PLUGINS["buildx"]
    said = _("docker has no buildx here: the classic builder is used. The package {docker} (from Docker) or {debian} (from Debian) brings it.")  # fmt: skip
    return said.format(docker=docker, debian=debian)


def _for_classic(arguments: list[str]) -> list[str]:
    """Leave out how progress is to be shown, which the classic builder does not know."""
    left = [argument for argument in arguments if not argument.startswith("--progress=")]
    if "--progress" in left:
        at = left.index("--progress")
        del left[at : at + 2]
    return left


def _has(command: str, plugin: str) -> bool:
    return subprocess.run([command, plugin, "version"], capture_output=True).returncode == 0


def _missing(name: str) -> str:
    """Return what to say when the subcommand that was asked for is a plugin, and is not installed."""
    return _("docker {name} is not installed here: it is a plugin of the docker command.\n"
             "Nothing was changed; what does not need it still works.\n"
             "Hint: Docker Desktop brings it. On Linux install the package {docker} (from Docker) or {debian} (from Debian).").format(
        name=name, docker=PLUGINS[name][0], debian=PLUGINS[name][1])  # fmt: skip


if __name__ == "__main__":
    main()
