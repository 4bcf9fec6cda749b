"""Start the cluster: a new one, one that was stopped, or one whose start was interrupted."""

from __future__ import annotations

from docker.errors import APIError
from docker.models.containers import Container

from drydock import images
from drydock.client import LabellingClient
from drydock.clusters import access, ending, joining, making, names, ports, program, readiness
from drydock.clusters.engine import check_memory, find, nodes
from drydock.clusters.making import PortTakenError
from drydock.errors import DrydockError
from drydock.progress import step
from drydock.text import _

ATTEMPTS = 3  # for ports that somebody else takes just then
UNUSABLE = ("created", "dead", "removing")  # states of a container whose start was interrupted


def start(engine: LabellingClient, workers: int = 0) -> Container:
    """Return the running control plane of the learner's cluster, with at least so many workers, each of them ready.

    What is there is used: a cluster that runs, or one that was stopped, with its data. Raises DrydockError.
    """
    control = find(engine, names.NAME)
    if control is None or control.status != "running" or not readiness.ready(control):
        check_memory(engine)
        control = _bring_up(engine, control)
    for node in nodes(engine):
        if node.name != names.NAME and node.status not in UNUSABLE:
            joining.resume(engine, node)
    for number in range(1, workers + 1):
        joining.join(engine, control, names.worker(number))
    access.write(control)
    program.fetch(control)
    return control


def _bring_up(engine: LabellingClient, control: Container | None) -> Container:
    if control is None and not access.path().exists():
        ending.remove_volume(
            engine, names.NAME
        )  # of a start that was interrupted before the cluster was ready
    new = control is None or control.status in UNUSABLE
    if new:
        images.need(engine, names.IMAGE)
    doing = _("Starting a Kubernetes cluster") if new else _("Starting the Kubernetes cluster again")
    with step(doing):
        running = _run(engine, control)
        readiness.wait(running)
    return running


def _run(engine: LabellingClient, control: Container | None) -> Container:
    """Have the control plane's container run: as it is, or made anew on the same data where that can't be."""
    if control is not None and control.status == "paused":
        control.unpause()
    if control is not None and control.status not in UNUSABLE:
        try:
            control.start()  # nothing happens when it runs
            return control
        except APIError as error:
            if not any(words in str(error.explanation).lower() for words in ports.TAKEN):
                raise
    if control is not None:  # its ports are taken, and can't be changed; or it was never started
        control.remove(force=True)
    return _new(engine)


def _new(engine: LabellingClient) -> Container:
    chosen = ports.choose()
    for attempt in range(ATTEMPTS):
        try:
            return making.make(engine, names.NAME, ["node", "control-plane"], chosen)
        except PortTakenError as error:  # the engine sees more than we: it may listen elsewhere
            if attempt == ATTEMPTS - 1:
                raise DrydockError(
                    _("The engine could publish none of the ports that were tried: {why}").format(why=error),
                    _("No container was left."),
                    _("`ss -ltn` lists who listens on this computer; then run the cell again."),
                ) from error
            chosen = dict.fromkeys(ports.INSIDE)
    raise AssertionError("unreachable")
