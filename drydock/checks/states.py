"""What a Pod's status says, in one line."""

from __future__ import annotations

from typing import Any

from drydock.text import _


def containers(pod: Any) -> list[Any]:
    """Return the statuses of a Pod's containers: init containers first, in the order of the manifest."""
    return [*(pod.status.init_container_statuses or []), *(pod.status.container_statuses or [])]


def status_of(pod: Any, name: str) -> Any:
    """Return the status of the container of that name; None when there is none yet."""
    return next((one for one in containers(pod) if one.name == name), None)


def condition(pod: Any, kind: str) -> bool:
    """Tell whether a condition such as "Ready" is true."""
    return any(one.type == kind and one.status == "True" for one in pod.status.conditions or [])


def hindered(pod: Any) -> str:
    """Return the reason for which the first of a Pod's containers waits; "" when none does."""
    waits = [one.state.waiting for one in containers(pod) if one.state and one.state.waiting]
    return next((wait.reason for wait in waits if wait.reason), "")


def crashing(pod: Any) -> bool:
    """Tell whether a container has ended again after a restart: the kubelet does not always call that CrashLoopBackOff."""
    return any(one.restart_count and one.state and one.state.terminated for one in containers(pod))


def said(pod: Any) -> str:
    """Return a Pod's phase, and the state of each container, in words for a report."""
    parts = [_("{name}: {state}").format(name=one.name, state=_state(one)) for one in containers(pod)]
    phase = _("being deleted") if pod.metadata.deletion_timestamp else pod.status.phase
    reasons = [c.reason for c in pod.status.conditions or [] if c.type == "PodScheduled" and c.reason]
    return "; ".join([phase, *(parts or reasons)])


def _state(status: Any) -> str:
    state = status.state
    if state and state.running:
        return _("running, not ready") if not status.ready else _("running")
    if state and state.terminated:
        ended = state.terminated
        return _("ended, {reason}, exit code {code}").format(reason=ended.reason, code=ended.exit_code)
    reason = state.waiting.reason if state and state.waiting else None
    return _("waiting, {reason}").format(reason=reason or _("without a reason"))
