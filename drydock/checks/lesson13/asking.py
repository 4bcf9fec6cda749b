"""A Pod of a check's own that asks Services from inside the cluster, and counts the answers."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

from kubernetes.client.exceptions import ApiException

from drydock import session
from drydock.checks import kube, texts
from drydock.checks.kube import SeeCluster
from drydock.checks.lesson13.making import IMAGE
from drydock.checks.probes import PROBE
from drydock.text import _
from drydock.waiting import patient

NONE = "no answer"
# Asks a URL so often, each time over a new connection, and prints the answers with their numbers.
ASK = f"""\
import collections, concurrent.futures, json, sys, urllib.request
def ask(number):
    try:
        return urllib.request.urlopen(sys.argv[1], timeout=2).read().decode() or "{NONE}"
    except OSError:
        return "{NONE}"
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(json.dumps(collections.Counter(pool.map(ask, range(int(sys.argv[2]))))))
"""
NAMES = """\
import json, socket, sys
try:
    print(json.dumps(sorted({one[4][0] for one in socket.getaddrinfo(sys.argv[1], 80)})))
except OSError:
    print("[]")
"""
WAIT = "import signal; signal.signal(signal.SIGTERM, lambda *_: exit()); signal.pause()"


class Caller:
    """A running Pod in the lesson's namespace that can be told to ask."""

    def __init__(self, see: SeeCluster, name: str) -> None:
        self.see, self.name = see, name

    def answers(self, url: str, times: int) -> Counter[str]:
        """Return what was answered to so many requests, each over a connection of its own."""
        code, text = self.see.exec(self.name, ["python", "-c", ASK, url, str(times)])
        return Counter(json.loads(text)) if code == 0 else Counter({NONE: times})

    def addresses(self, name: str) -> list[str]:
        """Return the addresses that DNS gives for a name; none when it knows no such name."""
        code, text = self.see.exec(self.name, ["python", "-c", NAMES, name])
        return list(json.loads(text)) if code == 0 else []


@contextlib.contextmanager
def caller(see: SeeCluster) -> Iterator[Caller]:
    """Start such a Pod for the time of a `with`, and remove it always. Ends the check when it does not come to run."""
    name = f"drydock-probe-{uuid.uuid4().hex[:8]}"
    box = {"name": "main", "image": IMAGE, "command": ["python", "-c", WAIT]}
    body: Any = {
        "metadata": {"name": name, "labels": {**session.labels(see.lesson), PROBE: "1"}},
        "spec": {"containers": [box], "terminationGracePeriodSeconds": 1},
    }
    try:
        see.core.create_namespaced_pod(see.namespace, body)
        see.settled(name, kube.runs, _("running"), texts.UNREADY, called=_("that asks, the check's own"))
        yield Caller(see, name)
    finally:
        with contextlib.suppress(ApiException):
            see.core.delete_namespaced_pod(name, see.namespace, grace_period_seconds=0)


def patiently(ask: Any, enough: Any) -> Any:
    """Ask until the answer is `enough`, for up to 15 s: the rules of a node follow a change with a delay."""
    return patient(ask, kube.PATIENCE, enough)


def said(answers: Counter[str]) -> str:
    """Return which answers there were, without the names of Pods, in words for a report."""
    kinds = sorted({answer if answer == NONE else answer.split()[0] for answer in answers})
    return ", ".join(_("no answer") if kind == NONE else kind for kind in kinds)


def pods_of(answers: Counter[str]) -> set[str]:
    """Return the names of the Pods that have answered."""
    return {answer.split()[-1] for answer in answers if answer != NONE}
