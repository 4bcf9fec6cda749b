"""What the container for development says, and what one like it says on a copy of the project that was edited."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docker.models.containers import Container

from drydock.checks import alike
from drydock.checks.see import See
from drydock.drills.cases.module_not_found_under_mount.broken import Broken
from drydock.text import _
from drydock.waiting import patient

PATIENCE = 12  # s until a program counts as silent
EDIT = "the new module is read"


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.dev)
    said = patient(lambda: _lines(found), PATIENCE, lambda lines: scene.line in lines or _ended(found))
    works = scene.line in said
    see.require(
        _("what the container for development says"),
        scene.line,
        scene.line if works else said[-1] if said else _("nothing"),
        works,
        _("Which Python runs there, and what is at the place where its packages should be? Ask in a container with the mount, and in one without."),
    )  # fmt: skip
    found.reload()
    running = _("running")
    see.require(
        _("its state after that"),
        running,
        running if found.status == "running" else found.status,
        found.status == "running",
        _("The program goes on when it has said its line. `docker logs` has what it said last."),
    )
    installed = sorted(
        str(path.relative_to(scene.folder))
        for path in scene.folder.rglob(f"{scene.package}*")
        if path.suffix != ".whl"
    )
    see.require(
        _("the package in the project's folder, but for its wheel"),
        _("not there"),
        installed[0] if installed else _("not there"),
        not installed,
        _("What is installed into the mounted folder is made for the container and lies on your disk, where another system can't use it. A copy of the package's code hides the real one. Remove it there."),
    )  # fmt: skip
    with (
        _edited(scene.folder) as copy,
        see.started(*_image(found), **_settings(found, scene.folder, copy)) as twin,
    ):
        # The program's own line comes after the import, so there is nothing more to wait for.
        answer = patient(lambda: _lines(twin), PATIENCE, lambda lines: scene.line in lines or _ended(twin))
    new = EDIT in answer and scene.line in answer
    seen = _("it is read")
    see.expect(
        _("a module that is added beside main.py, and imported, in a container like yours on a copy of the folder"),
        expected=seen,
        actual=seen if new else (answer or [_("nothing is said")])[-1],
        holds=new,
        hint=_("The whole folder must be what runs: what COPY has put into the image is a snapshot, and a single file that is mounted brings no other."),
    )  # fmt: skip


def _lines(container: Container) -> list[str]:
    return container.logs().decode(errors="replace").splitlines()


def _ended(container: Container) -> bool:
    container.reload()
    return container.status == "exited"


@contextmanager
def _edited(folder: Path) -> Iterator[Path]:
    """Give a copy of the project with one more module, at a place that the engine sees, too."""
    with tempfile.TemporaryDirectory(
        prefix=".check-", dir=folder.parent, ignore_cleanup_errors=True
    ) as temporary:
        copy = Path(temporary) / "project"
        shutil.copytree(folder, copy, symlinks=True)
        (copy / "added_by_check.py").write_text(f"print({EDIT!r}, flush=True)\n")
        main = copy / "main.py"
        main.write_text("import added_by_check\n" + (main.read_text() if main.exists() else ""))
        yield copy


def _image(container: Container) -> tuple[str, Any]:
    return container.attrs["Image"], container.attrs["Config"]["Cmd"]


def _settings(container: Container, folder: Path, copy: Path) -> dict[str, Any]:
    """Return the settings for a container as this one is, with `copy` where it has `folder`."""
    config, host = container.attrs["Config"], container.attrs["HostConfig"]

    def moved(source: str) -> str:
        path, whole = Path(source), folder.resolve()
        inside = path.is_absolute() and path.resolve().is_relative_to(whole)  # a volume's name is no path
        return str(copy / path.resolve().relative_to(whole)) if inside else source

    binds = [bind.partition(":") for bind in host.get("Binds") or []]
    mounts: list[dict[str, Any]] = [
        {**mount, "Source": moved(mount["Source"])} if mount["Type"] == "bind" else mount
        for mount in host.get("Mounts") or []
    ]
    taken = {rest.split(":")[0] or source for source, _colon, rest in binds}
    taken |= {mount["Target"] for mount in mounts}
    # A volume without a name is no bind. In one of its own the twin finds what the image has there, too.
    mounts += [
        {"Type": "volume", "Target": path} for path in config.get("Volumes") or {} if path not in taken
    ]
    return {
        **alike.settings(container),
        "volumes": [f"{moved(source)}:{rest}" if rest else source for source, _colon, rest in binds],
        "mounts": mounts,
        "environment": [*config["Env"], "PYTHONDONTWRITEBYTECODE=1"],
        "tty": False,
    }
