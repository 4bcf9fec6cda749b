"""The task on a Pod that is cut off."""

from __future__ import annotations

import contextlib
from threading import Thread
from typing import Any

from kubernetes.client import ApiClient
from kubernetes.client.exceptions import ApiException
from kubernetes.watch import Watch
from urllib3.exceptions import HTTPError

from drydock.checks.kube import SeeCluster
from drydock.checks.lesson11.making import container, make, pod, same_programs
from drydock.checks.registry import task
from drydock.text import _
from drydock.waiting import wait_until

NAME, LAST = "dd-tender", "unloaded"
ENDING = 10  # s that the end of a Pod may take
# The program of task 11.5: to unload takes 3 s. (The kubelet gives 2 s to whoever asks for less.)
TENDER = f"""\
import signal, sys, time
def unload(*_):
    time.sleep(3)
    print("{LAST}", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, unload)
print("alongside", flush=True)
while True:
    time.sleep(1)
"""
SCRIPT = 'echo "made fast"; python -c "$PROGRAM"; echo "cast off"'


def start_tender(cluster: ApiClient) -> Any:
    """Make the Pod of task 11.5: a shell is process 1, and a second must do."""
    made = container("tender", "", command=["sh", "-c", SCRIPT], env=[{"name": "PROGRAM", "value": TENDER}])
    return make(cluster, pod(NAME, made))


def farewell(see: SeeCluster, name: str) -> tuple[str, int | None]:
    """Delete a Pod; return what it wrote until its end, and its exit code, None when there was no end in 10 s."""
    said: list[str] = []

    def listen() -> None:
        with contextlib.suppress(ApiException, HTTPError):  # then what `logs` has counts
            said.append(see.core.read_namespaced_pod_log(name, see.namespace, follow=True))

    wait_until(lambda: "alongside" in see.logs(name), _("the copy of {name} is alongside").format(name=NAME))
    listening = Thread(target=listen, daemon=True)
    listening.start()
    see.core.delete_namespaced_pod(name, see.namespace)
    code, gone = None, False
    selector = f"metadata.name={name}"
    watch = Watch()
    for event in watch.stream(
        see.core.list_namespaced_pod, see.namespace, field_selector=selector, timeout_seconds=ENDING
    ):
        gone = event["type"] == "DELETED"
        for status in event["object"].status.container_statuses or []:
            if status.state.terminated:
                code = status.state.terminated.exit_code
        if gone:
            watch.stop()
    listening.join(1)
    return "".join(said) or see.logs(name), code if gone else None


@task("11.5", _("Repair: cut off at the pier"), hints=(
    _("Who gets the signal, and how long does the kubelet wait after it?"),
    _("Process 1 is a shell that does not pass signals on (lesson 06). And `terminationGracePeriodSeconds` must be longer than the program needs."),
    _('`exec python -c "$PROGRAM"` as the last command of the script, and `terminationGracePeriodSeconds: 8`.'),
))  # fmt: skip
def tender(cluster: ApiClient, see: SeeCluster) -> None:
    found = see.pod(NAME, running=True)
    same_programs(see, found, tender=TENDER)
    with see.copy(found) as name:
        text, code = farewell(see, name)
    last = LAST if LAST in text.split() else (text.split() or [_("nothing")])[-1]
    see.expect(
        _("last word of a copy that is deleted"),
        expected=LAST,
        actual=last,
        holds=last == LAST,
        hint=_("The signal goes to process 1 alone. After the grace period, in which a preStop hook runs as well, comes SIGKILL; it is never below 2 s."),
    )  # fmt: skip
    ended = _("none within {seconds} s").format(seconds=ENDING) if code is None else code
    see.expect(
        _("its exit code"),
        expected="0",
        actual=ended,
        holds=code == 0,
        hint=_("137 is SIGKILL, and 143 a SIGTERM for which nobody had a handler. A shell ends with the code of its last command."),
    )  # fmt: skip
