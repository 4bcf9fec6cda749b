"""The task on a lock file: installed in a layer of its own, and compared with pyproject.toml."""

from __future__ import annotations

import docker

from drydock.checks import probes
from drydock.checks.lesson04.images import copied, installed_once
from drydock.checks.lesson05.stages import FOLDER
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.engine import paths
from drydock.text import _

CHANGE = ("uvicorn==0.54.0", "uvicorn==0.53.0")


@task("05.4", _("Locked, in a layer of its own"), hints=(
    _("Which two files say what is installed? Copy only those before `uv sync`."),
    _("An option of `uv sync` stops when the lock file does not fit `pyproject.toml`. Another leaves out the project itself."),
    _("`COPY pyproject.toml uv.lock ./`, `RUN uv sync --locked --no-install-project`, then `COPY . .`; `ENV PATH=/app/.venv/bin:$PATH`, with `WORKDIR /app`."),
))  # fmt: skip
def locked(client: docker.DockerClient, see: See) -> None:
    folder = paths.work() / FOLDER
    missing = [name for name in ("Dockerfile", "uv.lock") if not (folder / name).is_file()]
    if not see.expect(
        _("files Dockerfile and uv.lock in work/{folder}").format(folder=FOLDER),
        expected=_("both there"),
        actual=_("missing: {names}").format(names=", ".join(missing)) if missing else _("both there"),
        holds=not missing,
        hint=_("`--output` writes a stage's files into a folder on your side. The check itself builds the Dockerfile."),
    ):  # fmt: skip
        return
    with copied(folder) as context:
        if not installed_once(see, context):
            return
        project = context / "pyproject.toml"
        project.write_text(project.read_text().replace(*CHANGE))
        with probes.built(client, see.lesson, context) as (_name, failure):
            refused = bool(failure)
    see.expect(
        _("a build after `{old}` has become `{new}` in pyproject.toml, and not in uv.lock").format(
            old=CHANGE[0], new=CHANGE[1]
        ),
        expected=_("refused"),
        actual=_("refused") if refused else _("built"),
        holds=refused,
        hint=_(
            "Unless told otherwise, uv chooses anew when the two differ, or takes the lock file without a look."
        ),
    )
