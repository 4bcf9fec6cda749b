"""The repair of lesson 03: a mount that hides the environment of the image."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import docker
from docker.models.containers import Container

from drydock import session
from drydock.checks.lesson03.harbour import FOLDER, answers, folder
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _
from drydock.workcopy import hand_out

NAME = "hidden.Dockerfile"
HIDDEN = "dd-hidden"
START = """\
FROM python:3.13-slim
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
COPY requirements.txt .
RUN python -m venv .venv && pip install --no-cache-dir -r requirements.txt
COPY app.py .
CMD ["python", "app.py"]
"""


def start_hidden(client: docker.DockerClient, project: Path) -> Container:
    """Write the Dockerfile of task 03.5 into `project`, build it, and start the container that ends at once.

    A file that was changed moves aside. Raises CalledProcessError when the build fails.
    """
    file = project / NAME
    hand_out(file, START)
    labels = [f"--label={key}={value}" for key, value in session.labels("03").items()]
    build = [sys.executable, "-m", "drydock.engine.command", "build", "--quiet", *labels]
    subprocess.run([*build, "-t", HIDDEN, "-f", str(file), str(project)], check=True, capture_output=True)
    mount = {str(project): {"bind": "/app", "mode": "rw"}}
    hidden = client.containers.run(HIDDEN, name=HIDDEN, detach=True, volumes=mount)
    hidden.wait()
    return hidden


@task("03.5", _("Repair: the environment is gone"), hints=(
    _("The image has the packages. Where are they, and what lies over that place in the container?"),
    _("Either the environment is somewhere else in the image, or another mount lies over the hole. A container can't be changed: remove it, and start another."),
    _("In `hidden.Dockerfile`: `/opt/venv` in place of `.venv`, in `ENV PATH` and in `RUN`. Build it again, then run it with the same mount."),
))  # fmt: skip
def repaired(client: docker.DockerClient, see: See) -> None:
    theirs = see.container(HIDDEN, running=True)
    mounts = {mount["Destination"]: mount for mount in theirs.attrs["Mounts"]}
    over = mounts.get("/app", {})
    # On Docker Desktop the path has the name of its file sharing before it.
    whole = over.get("Type") == "bind" and over.get("Source", "").endswith(str(folder()))
    see.expect(
        _("what is mounted at /app"),
        expected=_("your folder work/{folder}").format(folder=FOLDER),
        actual=_("your folder") if whole else over.get("Source") or _("nothing"),
        holds=whole,
        hint=_(
            "Without the mount it works, and every edit needs a build again. The whole folder must stay at /app."
        ),
    )
    answers(see, theirs)
    packages = [path for path in folder().rglob("fastapi") if path.is_dir()]
    place = packages[0].relative_to(folder()) if packages else None
    see.expect(
        _("Python packages in work/{folder}").format(folder=FOLDER),
        expected=_("none"),
        actual=place or _("none"),
        holds=not packages,
        hint=_("What is installed into the mounted folder is made for the container and lies on your disk: the next system that opens the folder can't use it. Remove it there."),
    )  # fmt: skip
