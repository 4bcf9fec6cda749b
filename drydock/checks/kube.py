"""The eyes of a check on a cluster: Pods and what they say, asked of the API server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kubernetes.client import ApiClient, CoreV1Api
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import stream
from urllib3.exceptions import HTTPError

from drydock import session
from drydock.checks import copies, texts
from drydock.checks.eyes import Eyes
from drydock.checks.states import crashing, hindered, said
from drydock.text import _
from drydock.waiting import patient

PATIENCE = 15.0  # s that a Pod may take to what is expected of it: what was asked for is not yet so
ANSWER = 10  # s that a command in a container may take


class SeeCluster(Eyes):
    """What a check looks with on a cluster. It reads; only `copy` makes something, and removes it."""

    asked = _("the cluster")

    def __init__(self, client: ApiClient, lesson: str) -> None:
        super().__init__(lesson)
        self.client, self.core = client, CoreV1Api(client)
        self.namespace = f"dd-{lesson}"

    def refusal(self, error: Exception) -> tuple[str, str] | None:
        if isinstance(error, ApiException) and error.status:
            try:
                message = json.loads(error.body or "")["message"]
            except (ValueError, KeyError, TypeError):
                message = error.reason
            hint = texts.CLUSTER_GONE if error.status == 404 else texts.CLUSTER_REFUSED
            return _("it said: {text}").format(text=message), hint
        silent = isinstance(error, HTTPError | OSError | ApiException)
        return (_("no answer"), texts.CLUSTER_SILENT) if silent else None

    def pod(self, name: str, running: bool = False) -> Any:
        """Return the learner's Pod; end the check when it's missing or not theirs, or not `running` after 15 s.

        Running is: its phase is Running, and each of its containers (init containers aside) runs at this moment.
        """
        self.own_namespace()
        what, there = texts.KINDS["pod"].format(name=name), _("there")
        found = self.find(name)
        self.require(what, there, there if found else _("not there"), found, texts.MISSING["pod"])
        return self.settled(name, runs, _("running"), texts.UNREADY) if running else found

    def settled(
        self, name: str, enough: Callable[[Any], object], expected: str, hint: str, called: str = ""
    ) -> Any:
        """Wait up to 15 s until a Pod is as `enough` says, and return it; else end the check with its state.

        Where a container waits for a known reason, the hint is that reason's own. What is `called` something else in
        the report is recorded only when it fails.
        """
        pod = patient(
            lambda: self.find(name), PATIENCE, lambda found: found and (enough(found) or lost(found))
        )
        what = _("state of Pod {name}").format(name=called or name)
        holds = bool(pod and enough(pod))
        actual = expected if holds else said(pod) if pod else _("not there")
        reason = (hindered(pod) or ("CrashLoopBackOff" if crashing(pod) else "")) if pod else ""
        self.require(what, expected, actual, holds, texts.WAITING.get(reason, hint), record=not called)
        return pod

    def find(self, name: str) -> Any:
        """Return a Pod of the lesson's namespace as it is now; None when there is none."""
        try:
            return self.core.read_namespaced_pod(name, self.namespace)
        except ApiException as error:
            if error.status != 404:
                raise
            return None

    def exec(self, pod: str, command: list[str], container: str | None = None) -> tuple[int, str]:
        """Run a command in a running container; return its exit code and its text, both streams.

        Blanks at the text's end are cut off. One that isn't there, or has no end after 10 s, is exit code 127.
        """
        options = {"container": container} if container else {}
        socket = stream(
            self.core.connect_get_namespaced_pod_exec, pod, self.namespace, command=command,
            stdout=True, stderr=True, stdin=False, tty=False, _preload_content=False, **options,
        )  # fmt: skip
        socket.run_forever(timeout=ANSWER)
        try:
            code = int(socket.returncode)  # first: read_all() empties the channel that has it
        except (KeyError, TypeError, ValueError, IndexError):  # it never ran: the answer has no exit code
            code = 127
        finally:
            socket.close()
        return code, str(socket.read_all()).rstrip()

    def logs(self, pod: str, container: str | None = None, previous: bool = False) -> str:
        """Return what a container has written; "" when it has not been started."""
        options = {"container": container} if container else {}
        try:
            return self.core.read_namespaced_pod_log(pod, self.namespace, previous=previous, **options) or ""
        except ApiException as error:
            if error.status != 400:
                raise
            return ""

    def events(self, pod: Any) -> list[Any]:
        """Return a Pod's events, in the order in which the API server lists them."""
        selector = f"involvedObject.uid={pod.metadata.uid}"
        return list(self.core.list_namespaced_event(self.namespace, field_selector=selector).items)

    @contextmanager
    def copy(self, pod: Any, **changes: Any) -> Iterator[str]:
        """Start a copy of a learner's Pod for the time of a `with`; give its name, and remove it always.

        `changes` are members of the copy's spec. Ends the check when the copy does not come to run.
        """
        with copies.made(self.client, pod, self.lesson, changes) as name:
            called = _("{name}, a copy").format(name=pod.metadata.name)
            self.settled(name, runs, _("running"), texts.UNREADY, called)
            yield name

    def own_namespace(self) -> None:
        name, there = self.namespace, _("there, and yours")
        what = texts.KINDS["namespace"].format(name=name)
        found = [n for n in self.core.list_namespace().items if n.metadata.name == name]
        self.require(what, there, _("not there"), found, texts.MISSING["namespace"], record=False)
        owner = (found[0].metadata.labels or {}).get(session.LEARNER, session.learner())
        foreign = _("there, but another learner's")
        self.require(what, there, foreign, owner == session.learner(), texts.FOREIGN, record=False)


def runs(pod: Any) -> bool:
    """Tell whether each container of a Pod runs now, init containers aside."""
    states = pod.status.container_statuses or []
    return pod.status.phase == "Running" and bool(states) and all(one.state.running for one in states)


def lost(pod: Any) -> bool:
    """Tell whether waiting for a Pod is in vain: it has ended, or a container waits for a known reason."""
    return pod.status.phase in ("Succeeded", "Failed") or hindered(pod) in texts.WAITING
