"""The task on gunicorn's workers: as many as the processor quota is good for."""

from __future__ import annotations

import time
from pathlib import Path

import docker

from drydock import project
from drydock.checks.lesson04.service import answers
from drydock.checks.lesson06.processes import count
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _
from drydock.workcopy import hand_out

SETTLED = 1  # s after the first answer, in which gunicorn starts the other workers
DOCKERFILE = """\
FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY *.py ./
USER 10001
CMD ["gunicorn"]
"""
CREW = '''\
"""Gunicorn's settings, from an old article."""

import os

wsgi_app = "tides:app"
bind = "0.0.0.0:8000"
workers = 2 * os.cpu_count() + 1
worker_class = "uvicorn_worker.UvicornWorker"
worker_tmp_dir = "/dev/shm"
control_socket_disable = True
'''


def start_crew(folder: Path) -> Path:
    """Write the Dockerfile and the settings of task 06.6 into `folder`; files that were changed move aside."""
    for name, text in (("Dockerfile", DOCKERFILE), ("gunicorn.conf.py", CREW)):
        file = folder / name
        hand_out(file, text, known=_grown(name))
    return folder / "gunicorn.conf.py"


def _grown(name: str) -> str | None:
    """Return a file as the project comes with it, which the task takes away; None if it has none."""
    files = [stage / name for stage in project.stages("06") if (stage / name).exists()]
    return files[-1].read_text() if files else None


@task("06.6", _("Workers that follow the quota"), hints=(
    _("Who in the container knows the quota? Python's two functions that count processors do not."),
    _("It is in the cgroup's files, under another name in each version. `quota.py` in your folder reads both."),
    _("`import quota` and `workers = quota.workers()` in gunicorn.conf.py. Then build the image again."),
))  # fmt: skip
def crew(client: docker.DockerClient, see: See) -> None:
    see.image("dd-hands")
    machine = client.info()["NCPU"]
    for quota in (0.5, 2.0):
        wanted = max(1, min(int(quota), machine))
        with see.started("dd-hands", cpu_period=100_000, cpu_quota=int(quota * 100_000)) as service:
            if not answers(see, service):
                return
            time.sleep(SETTLED)
            found = count(see, service, "gunicorn")
        if not see.expect(
            _("gunicorn's workers with a quota of {quota:g} processors").format(quota=quota),
            expected=wanted,
            actual=found,
            holds=found == wanted,
            hint=_("A fixed number fits one quota only. `os.cpu_count()` and `os.process_cpu_count()` see the machine's processors, not the quota."),
        ):  # fmt: skip
            return
