"""The task on a container with no program in it but its own."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from kubernetes.client import ApiClient

from drydock.checks import kube
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson11.making import container, make, pod, same_programs
from drydock.checks.registry import task
from drydock.checks.states import status_of
from drydock.text import _
from drydock.waiting import patient

NAME = "dd-derelict"
# The program of task 11.4: it throws all other programs overboard, as if its image had never had any.
DERELICT = """\
import hashlib, shutil, signal, sys, time, uuid
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
word = uuid.uuid4().hex
open("/tmp/word", "w").write(word)
for folder in ("/usr/bin", "/usr/sbin", "/usr/local/bin"):
    shutil.rmtree(folder, ignore_errors=True)
print(hashlib.sha256(word.encode()).hexdigest(), flush=True)
time.sleep(86400)
"""


def start_derelict(cluster: ApiClient) -> Any:
    """Make the Pod of task 11.4."""
    return make(cluster, pod(NAME, container("hull", DERELICT)))


def right(see: SeeCluster, names: list[str]) -> bool:
    """Tell whether one of these containers has written the word, by the sum in the hull's log."""
    known = see.logs(NAME, "hull").split()
    words = [word for name in names for word in re.findall(r"[0-9a-f]{32}", see.logs(NAME, name))]
    return any(hashlib.sha256(word.encode()).hexdigest() in known for word in words)


@task("11.4", _("In a terminal: a ship without tools"), hints=(
    _("`kubectl exec` can only start what is in the container. Which command brings a container with tools to a Pod that runs?"),
    _("`kubectl debug` adds an ephemeral container. With `--target` it sees the other container's processes, and each process's files lie below `/proc/<number>/root`."),
    _("`kubectl debug -n dd-11 dd-derelict --image=python:3.13-slim --target=hull -- cat /proc/1/root/tmp/word`"),
))  # fmt: skip
def derelict(cluster: ApiClient, see: SeeCluster) -> None:
    found = see.pod(NAME, running=True)
    same_programs(see, found, hull=DERELICT)
    restarts = status_of(found, "hull").restart_count
    see.expect(
        _("restarts of hull"),
        expected="0",
        actual=restarts,
        holds=restarts == 0,
        hint=_("A new start has a new word: look without touching."),
    )
    names = [one.name for one in found.spec.ephemeral_containers or []]
    see.require(
        _("ephemeral containers of {name}").format(name=NAME),
        _("1 or more"),
        _("1 or more") if names else "0",
        names,
        _("A second Pod, or a copy, has other files. An ephemeral container is added to the Pod itself, while it runs."),
    )  # fmt: skip
    found_it = patient(lambda: right(see, names), kube.PATIENCE)
    see.expect(
        _("log of an ephemeral container"),
        expected=_("has the word"),
        actual=_("has the word") if found_it else _("has another, or none"),
        holds=found_it,
        hint=_("Its own files are those of its image, and without a target it has processes of its own. One that has ended stays as it is: add another."),
    )  # fmt: skip
