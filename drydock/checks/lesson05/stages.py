"""Tasks on what a final stage gets: no compiler, and all that a package brings."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path

import docker
from docker.errors import APIError
from docker.models.containers import Container

from drydock import layers
from drydock.checks.lesson04.service import answers, runs_as
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _
from drydock.workcopy import hand_out

FOLDER = "exercise-05"
# The compiler itself, and the programs that start it; Debian puts the machine before and the version after the name.
COMPILER = re.compile(r"(^|/)(cc1(plus)?|([\w-]+-)?(gcc|g\+\+|clang)(-\d+)?)$")
NAME = "crew.Dockerfile"
START = """\
FROM python:3.13 AS builder
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt

FROM python:3.13-slim
RUN groupadd -r appgroup && useradd -r -g appgroup appuser
WORKDIR /app
COPY --from=builder /usr/local/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages
COPY --chown=appuser:appgroup . .
USER appuser
CMD ["uvicorn", "app:app", "--host", "0.0.0.0"]
"""


def start_crew(folder: Path) -> Path:
    """Write the Dockerfile of task 05.7 into `folder`; one that was changed moves aside."""
    file = folder / NAME
    hand_out(file, START)
    return file


def no_compiler(see: See, image: str) -> bool:
    """Record that a container from an image has no compiler, and return whether that holds."""
    _code, text = see.probe(image, ["-c", "command -v gcc cc clang; true"], entrypoint=["sh"])
    return see.expect(
        _("a compiler in a container from {image}").format(image=image),
        expected=_("none"),
        actual=text.splitlines()[0] if text else _("none"),
        holds=not text,
        hint=_("The image is the last stage, and a stage has all that its own FROM brings."),
    )


@task("05.1", _("No compiler on board"), hints=(
    _("Which step needs the compiler? It can have a stage of its own, on another base."),
    _("Build a wheel in a stage on `python:3.13`. The last stage, on `python:3.13-slim`, installs that wheel."),
    _("`pip wheel --wheel-dir /wheels /tide`; then `RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels pip install /wheels/*.whl`."),
))  # fmt: skip
def sextant(client: docker.DockerClient, see: See) -> None:
    image = see.image("dd-sextant")
    look = "import tide; print(tide.height(3), tide.__file__.rpartition('.')[2])"
    code, text = see.probe("dd-sextant", ["-c", look], entrypoint=["python"])
    see.expect(
        _("`tide.height(3)` in a container from dd-sextant, and what kind of module it is"),
        expected="350 so",
        actual=text.splitlines()[-1] if text else _("nothing"),
        holds=code == 0 and text == "350 so",
        hint=_("The compiled module must be where the Python of the last stage looks for modules."),
    )
    if not no_compiler(see, "dd-sextant"):
        return
    found = [path for path in layers.files(image) if COMPILER.search(path)]
    see.expect(
        _("a compiler in the layers of dd-sextant"),
        expected=_("none, in no layer"),
        actual=f"/{found[0]}" if found else _("none"),
        holds=not found,
        hint=_("What a later step deletes is still in the layer that brought it."),
    )


@task("05.7", _("Repair: the crew is missing"), hints=(
    _("Build it, start it, and read what the engine says. Where does pip put what is no module?"),
    _("Copy one folder that has modules and programs. A venv is one, and so is what `pip install --prefix` fills."),
    _("`python -m venv /venv`, `/venv/bin/pip install …`, `COPY --from=builder /venv /venv`, `ENV PATH=/venv/bin:$PATH`; then no `--chown`."),
))  # fmt: skip
def crew(client: docker.DockerClient, see: See) -> None:
    see.image("dd-crew")
    try:
        with see.started("dd-crew") as service:
            if not answers(see, service):
                return
            _look(see, service)
    except APIError as error:
        if error.status_code != HTTPStatus.BAD_REQUEST:
            raise
        see.expect(
            _("the service on port 8000, in a container from the image"),
            expected=_("starts"),
            actual=str(error.explanation).rpartition("process: ")[2],
            holds=False,
            hint=_("A program is looked for on the PATH, and a script names its Python by the full path."),
        )
        return
    no_compiler(see, "dd-crew")


def _look(see: See, service: Container) -> None:
    """Record as whom a service runs, that its programs are there, and that it can't change its code."""
    user = runs_as(see, service)
    found = see.exec(service, ["sh", "-c", "command -v uvicorn"])[1]
    see.expect(
        _("the program uvicorn, for whoever is in the container"),
        expected=_("on the PATH"),
        actual=found or _("not found"),
        holds=found,
        hint=_("`python -m` starts a module. It does not bring the programs of the packages."),
    )
    code = see.exec(service, ["python", "-c", "import app; print(app.__file__)"])[1]
    writable = user != "0" and see.exec(service, ["test", "-w", code], user=user)[0] == 0
    see.expect(
        _("the file app.py, for the user of the service"),
        expected=_("can't be changed"),
        actual=_("can be changed") if writable else _("can't be changed"),
        holds=not writable,
        hint=_("Who owns a file may write to it. Whom does COPY make the owner?"),
    )
