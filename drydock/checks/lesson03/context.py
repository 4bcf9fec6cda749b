"""The task on the build context: what is sent, and what is not."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import docker

from drydock.checks.lesson03.harbour import FOLDER, folder
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.engine import paths
from drydock.text import _

PLANTED = {
    ".env": b"PASSWORD=hunter2\n",
    "tests/.env": b"PASSWORD=hunter2\n",
    ".git/HEAD": b"ref: refs/heads/main\n",
    ".git/objects/pack": bytes(5_000_000),
    ".venv/bin/python": b"#!/nowhere\n",
}
WANTED = ("app.py", "requirements.txt", "tests/test_app.py")
LIST = "cd /context; find . -type f | cut -c3- | sort; echo; du -sk . | cut -f1"
MOST = 200  # KiB


def start_context(project: Path) -> list[str]:
    """Put into the project what a build must not get: a git history, a virtual environment, two files with passwords."""
    for name, content in PLANTED.items():
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return sorted(PLANTED)


@task("03.2", _("What a build must not get"), hints=(
    _("The builder gets all that is in the folder, unless a file says otherwise. It is not the file that git reads."),
    _("In `.dockerignore` a pattern begins at the root of the context: `.env` is one file, and `**/.env` is any."),
    _("`work/exercise-03/.dockerignore` with the lines `**/.git`, `**/.env` and `**/.venv`."),
))  # fmt: skip
def context(client: docker.DockerClient, see: See) -> None:
    missing = [name for name in PLANTED if not (folder() / name).exists()]
    see.expect(
        _("your files in work/{folder}").format(folder=FOLDER),
        expected=_("still there"),
        actual=_("{name} is missing").format(name=missing[0]) if missing else _("still there"),
        holds=not missing,
        hint=_(
            "You need them for your work: don't delete them, keep them out. The cell above puts them there."
        ),
    )
    if missing:
        return
    with tempfile.TemporaryDirectory(prefix=".check-", dir=paths.work()) as temporary:
        copy = Path(temporary) / FOLDER
        shutil.copytree(folder(), copy, symlinks=True)
        (copy / "Dockerfile").write_text("FROM python:3.13-slim\nCOPY . /context\n")
        with see.built(copy) as image:
            _code, text = see.probe(image, ["sh", "-c", LIST])
    listed, _blank, size = text.rpartition("\n\n")
    there = listed.splitlines()
    lost = [name for name in WANTED if name not in there]
    see.expect(
        _("the code in the context"),
        expected=", ".join(WANTED),
        actual=_("{name} is missing").format(name=lost[0]) if lost else ", ".join(WANTED),
        holds=not lost,
        hint=_(
            "A pattern that is too wide takes the code away, too. A line that begins with `!` brings files back."
        ),
    )
    leaked = [name for name in there if {".git", ".env", ".venv"} & set(Path(name).parts)]
    see.expect(
        _("git's history, passwords and environments in the context"),
        expected=_("none"),
        actual=", ".join(leaked) or _("none"),
        holds=not leaked,
        hint=_("Docker reads `.dockerignore` in the context's root, nothing else. Its patterns don't work at any depth by themselves, as git's do."),
    )  # fmt: skip
    see.expect(
        _("size of the context"),
        expected=_("at most {most} KiB").format(most=MOST),
        actual=_("{size} KiB").format(size=size),
        holds=size.isdigit() and int(size) <= MOST,
        hint=_("Something large is still sent. `du -sh .[!.]* *` in your folder shows what."),
    )
