"""The repair of lesson 09: a service in which an intruder can do all that Docker does not forbid by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docker
from docker.models.containers import Container

from drydock import intruder
from drydock.checks import alike
from drydock.checks.lesson04.service import answers
from drydock.checks.lesson09.making import make, start_anew
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

NAME = "dd-bastion"
DOCKERFILE = """\
FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 WEB_CONCURRENCY=1
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY *.py ./
CMD ["gunicorn"]
"""
# Which misconception lets an attempt through.
HINTS = {
    "a new user namespace": _("The engine's own seccomp profile denies that. Yours replaces it, and allows too much; or there is none."),
    "raw packets": _("A root with the usual capabilities can do that. What does this service need them for?"),
    "give files away": _("A root with the usual capabilities can do that. What does this service need them for?"),
    "change the program": _("The files belong to root. Without capabilities root is still their owner."),
    "become root": _("Not to be root is not enough: `su` has the setuid bit."),
    "bring a tool": _("There is still a place where a file can be written and then be run. A tmpfs of Docker's is `noexec`; one with `exec`, and a volume, are not."),
    f"{intruder.PROCESSES} processes": _("Nobody counts the processes of this container, or the limit is too high."),
    f"{intruder.MEMORY} MiB of memory": _("The memory limit is missing, or too high, or swap comes on top of it."),
    "trace a process": _("The engine's own seccomp profile allows that. Harbour's own, in your folder, does not; docker-py needs its text."),
}  # fmt: skip


def start_harbour(client: docker.DockerClient, folder: Path) -> Container:
    """Write the Dockerfile of task 09.7 into the learner's folder, build it, and start a service without walls."""
    make(folder, {"Dockerfile": DOCKERFILE}, NAME)
    return start_anew(client, NAME)


@task("09.7", _("Repair: a harbour without walls"), hints=(
    _("The lesson's picture says which measure stops which attempt."),
    _("Six measures: capabilities, user, new privileges, root file system, limits, and Harbour's own seccomp profile."),
    _('`user="10001", cap_drop=["ALL"], security_opt=["no-new-privileges", f"seccomp={profile}"], read_only=True, tmpfs={"/tmp": "size=16m"}, pids_limit=64, mem_limit="256m", memswap_limit="256m"`, with the text of `seccomp.json` as `profile`.'),
))  # fmt: skip
def walls(client: docker.DockerClient, see: See) -> None:
    found = see.container(NAME, running=True)
    sockets = [mount["Destination"] for mount in found.attrs["Mounts"] if _is_socket(mount)]
    if not see.expect(
        _("ways to the engine in dd-bastion"),
        expected=_("none"),
        actual=", ".join(sockets) or _("none"),
        holds=not sockets,
        hint=_(
            "Whoever can speak to the engine's socket is root of its machine; read-only does not change that."
        ),
    ):
        return
    with see.started(
        found.attrs["Config"]["Image"], found.attrs["Config"]["Cmd"], **alike.settings(found)
    ) as twin:
        again = See(client, see.lesson)  # the same observation, which only matters when it fails
        if not answers(see, found) or not answers(again, twin):
            see.observations += [seen for seen in again.observations if not seen.holds]
            return
        results = intruder.attempts(twin)
    for attempt, works in results.items():
        see.expect(
            _("in a container with the settings of dd-bastion: {attempt}").format(attempt=attempt),
            expected=_("fails"),
            actual=_("works") if works else _("fails"),
            holds=not works,
            hint=HINTS[attempt],
        )


def _is_socket(mount: dict[str, Any]) -> bool:
    return any(str(mount.get(end, "")).endswith("docker.sock") for end in ("Source", "Destination"))
