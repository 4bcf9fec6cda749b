"""The task on a cargo that must be there first."""

from __future__ import annotations

from typing import Any

from kubernetes.client import ApiClient

from drydock.checks import kube
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson11.making import container, make, pod, same_programs
from drydock.checks.registry import task
from drydock.checks.states import status_of
from drydock.text import _
from drydock.waiting import patient

NAME, CARGO = "dd-barge", "ropes and sails"
# The programs of task 11.2.
BARGE = """\
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
try:
    print("aboard:", open("/cargo/list.txt").read(), flush=True)
except FileNotFoundError:
    sys.exit("no cargo")
time.sleep(86400)
"""
LOADER = f"""\
import time
time.sleep(1)
open("/cargo/list.txt", "w").write("{CARGO}")
"""
MOUNT = {"volumeMounts": [{"name": "cargo", "mountPath": "/cargo"}]}
VOLUME = {"volumes": [{"name": "cargo", "emptyDir": {}}]}


def start_barge(cluster: ApiClient) -> Any:
    """Make the Pod of task 11.2: both containers start at once."""
    both = (container("barge", BARGE, **MOUNT), container("loader", LOADER, **MOUNT))
    return make(cluster, pod(NAME, *both, restartPolicy="OnFailure", **VOLUME))


def failures(found: Any) -> int:
    """Return how often the barge has ended with an error."""
    status = status_of(found, "barge")
    if status is None or status.state is None:
        return 0
    ended = status.state.terminated
    return int(status.restart_count) + bool(ended and ended.exit_code)


def sails(found: Any) -> bool:
    """Tell whether the barge runs."""
    status = status_of(found, "barge")
    return bool(status and status.state and status.state.running)


@task("11.2", _("Repair: the cargo comes first"), hints=(
    _("Which containers of a Pod start together, and which one after the other?"),
    _("An init container ends before the next container is started. Files pass from one to the other in a volume."),
    _("Move `loader` from `containers` to `initContainers`, with its mount. Most of a Pod's spec can't be changed: delete the Pod, and make it again."),
))  # fmt: skip
def barge(cluster: ApiClient, see: SeeCluster) -> None:
    found = see.pod(NAME)
    same_programs(see, found, barge=BARGE)

    def decided(one: Any) -> bool:  # that it runs does not tell yet: it may just be failing
        return bool(failures(one)) or (sails(one) and "aboard" in see.logs(NAME, "barge"))

    found = patient(lambda: see.find(NAME), kube.PATIENCE, lambda one: one and decided(one))
    failed = failures(found) if found else 0
    see.require(
        _("starts of barge that failed"),
        "0",
        _("1 or more") if failed else "0",
        not failed,
        _("A restart hides the mistake, and costs time: the barge was started when there was no cargo, or where it could not see it."),
    )  # fmt: skip
    see.settled(NAME, sails, _("barge runs"), _("Each init container must end before the next one is started, unless it is a sidecar."))  # fmt: skip
    line, wanted = see.logs(NAME, "barge").strip(), f"aboard: {CARGO}"
    see.expect(
        _("log of barge"),
        expected=wanted,
        actual=line or _("nothing"),
        holds=line == wanted,
        hint=_("The loader's program writes the list, and `barge` reads it."),
    )
