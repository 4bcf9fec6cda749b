"""Programs compiled from a Go module of the course: once, and again only when what they are made from has changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drydock.engine import paths, rootfs
from drydock.images import golang, obstacles
from drydock.text import _

# As Kubernetes' own release build, with less of what is not used. Without -modcacherw nobody but root can delete the sources.
FLAGS = ("-v", "-trimpath", "-modcacherw", "-buildvcs=false", "-tags=selinux,notest,grpcnotrace")

Before = Callable[[Callable[..., None], Path], Sequence[str]]


@dataclass(frozen=True)
class GoModule:
    """A folder with a go.mod, and the packages in it or below it that become programs, or test binaries (*.test).

    `what` it is in messages, and about how much a build from nothing takes: `minutes` of one processor, `packages`,
    `space` in bytes. `before` prepares a build, given how to run `go` and the folder of downloaded modules, and returns
    further options. `files` are further results: what files of a downloaded module hold. `spared` is what makes the
    build needless.
    """

    name: str
    what: str
    source: Path
    programs: Mapping[str, str]
    minutes: float
    packages: int
    space: float
    spared: str
    before: Before
    ldflags: str = "-s -w"
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def log(self) -> str:
        """The name of the build's log, in our cache."""
        return f"{self.name}-build.log"


def sources(folder: Path) -> list[Path]:
    """Return the files that a module's programs and their image are made from."""
    found = (file for file in folder.rglob("*") if file.is_file() and file.name != "README.md")
    return sorted(file for file in found if not file.name.endswith("_test.go"))


def release(folder: Path, module: str) -> str:
    """Return the version of another module that a folder's go.mod asks for, such as "v1.37.2"."""
    return _line(folder, rf"^\s*(?:require )?{re.escape(module)} (v\S+)")


def _line(folder: Path, pattern: str) -> str:
    found = re.search(pattern, (folder / "go.mod").read_text(), re.M)
    assert found is not None, pattern
    return found[1]


def compiled(module: GoModule, architecture: str) -> dict[str, Path]:
    """Return a module's programs and files by name, compiled for the engine's architecture (Go's word, such as amd64) when they are not.

    Raises SetupError when that can't be done. A build that was interrupted goes on with the packages that it has.
    """
    go = _go(module)
    folder = _folder(module, go, architecture)
    if not folder.exists():
        with rootfs.lock(module.name) as held, obstacles.explained(module.what, module.log):
            if not folder.exists():
                obstacles.check_space(module.what, module.space, module.spared)
                _compile(module, go, architecture, folder, held)
    return {name: folder / name for name in (*module.programs, *module.files)}


def is_compiled(module: GoModule, architecture: str) -> bool:
    """Tell whether `compiled` has nothing to do."""
    return _folder(module, _go(module), architecture).exists()


def _go(module: GoModule) -> Path:
    return golang.find(tuple(map(int, _line(module.source, r"^go (\S+)").split("."))))


def _folder(module: GoModule, go: Path, architecture: str) -> Path:
    return paths.home() / f"{module.name}-{_hash(module, golang.version(go), architecture)}"


def _compile(module: GoModule, go: Path, architecture: str, folder: Path, held: int) -> None:
    env = {**golang.environment(go), "GOOS": "linux", "GOARCH": architecture}
    settings = [f"{name}={value}" for name, value in env.items() if value]
    begin = ["env", *settings, "go", "-C", str(module.source)]

    def run(*words: str, title: str, expected: int, counts: str = "") -> None:
        rootfs.logged([*begin, *words], paths.home() / module.log, title, expected, held, counts=counts)

    downloaded = Path(env["GOMODCACHE"])
    options = module.before(run, downloaded)
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    minutes = max(1, round(module.minutes / (os.cpu_count() or 1)))
    first = _("Compiling {what} (about {minutes} min, once)").format(what=module.what, minutes=minutes)
    for number, (name, package) in enumerate(module.programs.items()):
        title = _("Compiling the program {name}").format(name=name) if number else first
        verb = ("test", "-c") if name.endswith(".test") else ("build",)
        run(
            *verb, *FLAGS, *options, f"-ldflags={module.ldflags}", "-o", str(partial / name), package,
            title=title, expected=1 if number else module.packages,
        )  # fmt: skip
    for name, pattern in module.files.items():
        parts = [file.read_text() for file in sorted(downloaded.glob(pattern))]
        assert parts, pattern
        (partial / name).write_text("---\n".join(parts))
    partial.rename(folder)
    older = set(paths.home().glob(f"{module.name}-????????????/")) - {folder}
    for other in older:
        shutil.rmtree(other)


def _hash(module: GoModule, version: tuple[int, ...], architecture: str) -> str:
    """Return a short hash of what the programs are compiled from: also files that are no Go may be embedded."""
    inputs = [file for file in sources(module.source) if file.name != "Dockerfile"]
    parts = [f"{file.relative_to(module.source)}\0".encode() + file.read_bytes() for file in inputs]
    said = (sorted(module.programs.items()), sorted(module.files.items()), module.ldflags)
    parts += [repr((version, architecture, FLAGS, said)).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
