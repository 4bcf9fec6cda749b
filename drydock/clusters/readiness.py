"""Wait until a node is ready, and say what is awaited when it takes too long."""

from __future__ import annotations

import time

from docker.errors import APIError
from docker.models.containers import Container

from drydock import waiting
from drydock.errors import DrydockError
from drydock.text import _

PATIENCE = 60.0  # s until a node that is not ready counts as failed
ONCE = 20.0  # s that one request to the engine waits: its client gives up after 120 s
PAUSE = 0.3  # s before the next request when one has failed at once


def ready(container: Container) -> bool:
    """Tell whether a node runs and is ready: the API answers, the node is Ready, the cluster's DNS answers."""
    container.reload()
    return container.status == "running" and _ask(container, 0)[0] == 0


def wait(container: Container, patience: float = PATIENCE) -> None:
    """Return when a node is ready. Raises DrydockError after `patience` s, more where the engine is slow, or when it has ended."""
    patience *= waiting.slowness
    deadline = time.monotonic() + patience
    while True:
        begun = time.monotonic()
        code, said = _ask(container, max(1, min(ONCE, deadline - begun)))
        if code == 0:
            return
        container.reload()
        if container.status != "running":
            raise _failed(container, _("it has ended; its last words: {last}").format(last=_last(container)))
        if time.monotonic() >= deadline:
            raise _failed(container, _("after {seconds:.0f} s: {what}").format(seconds=patience, what=said))
        if time.monotonic() - begun < PAUSE:
            time.sleep(PAUSE)


def _ask(container: Container, seconds: float) -> tuple[int, str]:
    """Return the exit code of `node ready` in a node, and the line that says what is awaited."""
    waited = ["--wait", f"{seconds:.0f}"] if seconds else []
    try:
        code, said = container.exec_run(["node", "ready", *waited])
    except APIError as error:  # it does not run
        return 1, str(error.explanation or error)
    return int(code or 0), bytes(said).decode(errors="replace").strip()  # type: ignore[arg-type]


def _last(container: Container) -> str:
    lines = container.logs(tail=5).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else _("nothing")


def _failed(container: Container, why: str) -> DrydockError:
    return DrydockError(
        _("The cluster's node {name} is not ready: {why}").format(name=container.name, why=why),
        _("Its container and its data are still there."),
        _("drydock.cluster() goes on waiting; `docker logs {name}` and the files in /var/log/kube there say more. `drydock cluster remove` makes room for a new one.").format(
            name=container.name),
    )  # fmt: skip
