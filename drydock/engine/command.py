"""The docker command beside the course's engine: what bin/docker runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from drydock.engine import imagelock, lookup, program, rebuilding
from drydock.errors import DrydockError
from drydock.text import _

# The subcommands that are programs of their own, and the packages that have them: Docker's, Debian's.
PLUGINS = {
    "buildx": ("docker-buildx-plugin", "docker-buildx"),
    "compose": ("docker-compose-plugin", "docker-compose"),
}
BUILDS = (["build"], ["image", "build"], ["builder", "build"], ["buildx", "build"])
REMOVALS = (["rmi"], ["image", "rm"], ["image", "remove"])
CLASSIC = "0"  # DOCKER_BUILDKIT: the builder inside the daemon, which needs no plugin


def environment() -> dict[str, str]:
    """Return this process's environment with our `docker` first on the PATH."""
    path = os.pathsep.join(
        [str(program.OURS), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    )
    return {**os.environ, "PATH": path, "DRYDOCK_PYTHON": sys.executable}


def main() -> None:
    """Find the engine as connect() does, then become the docker command."""
    words = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    builds = any(words[: len(build)] == build for build in BUILDS)
    try:
        engine = lookup.find()
        if builds:
            imagelock.hold_for_build()
        elif any(words[: len(removal)] == removal for removal in REMOVALS):
            imagelock.hold_for_removal()
        arguments, env = program.line(engine, sys.argv[1:])
    except DrydockError as error:
        sys.exit(str(error))
    command = arguments[0]
    if command != program.own():
        if engine.private and builds and not sys.stderr.isatty() and "-" not in sys.argv:
            sys.exit(rebuilding.run(arguments, env))
    elif words and words[0] in PLUGINS and not _has(command, words[0]):
        sys.exit(_missing(words[0]))
    elif builds and env.get("DOCKER_BUILDKIT") != CLASSIC and not _has(command, "buildx"):
        env["DOCKER_BUILDKIT"] = CLASSIC
        arguments = _for_classic(arguments)
        print(no_buildx(), file=sys.stderr, flush=True)
    os.execve(command, arguments, env)


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
