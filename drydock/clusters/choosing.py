"""Which cluster: the one that the learner has named, the course's own that runs, else a new one."""

from __future__ import annotations

from drydock import client
from drydock.clusters import access, contexts, names, starting, troubles
from drydock.clusters.client import ClusterClient
from drydock.clusters.engine import labelling, nodes
from drydock.engine import rootfs
from drydock.errors import DrydockError
from drydock.images import standin
from drydock.text import _

LOCK = "cluster"  # two notebooks that start one at the same time get the same
_current: ClusterClient | None = None


def cluster(workers: int = 0, quiet: bool = False) -> ClusterClient:
    """Return a client for a cluster that is ready, started if need be, with at least so many workers.

    The cluster is the context that DRYDOCK_KUBE_CONTEXT names, else the course's own. The current context of your
    kubeconfig is never used. Says in a line which it is. Raises DrydockError.
    """
    global _current
    context = contexts.named()
    if context is not None:
        _current = _of_the_learner(context, workers, quiet)
        return _current
    lesson = client.current().lesson
    engine = labelling()
    try:
        with rootfs.lock(LOCK):
            control = starting.start(engine, workers)
        chosen = ClusterClient(access.path(), lesson, engine)
    except BaseException:
        engine.close()
        raise
    count = len([node for node in nodes(engine) if node.status == "running"])
    why = _("the course's own, in the container {name}; nodes: {count}").format(
        name=control.name, count=count
    )
    _say(chosen, why, quiet)
    of_now = control.labels.get(standin.OWN) == standin.version(names.IMAGE)  # its image's label
    if not (of_now or quiet):
        print(_("It was made by another version of the course. `drydock cluster remove` and a new start make a new one."))  # fmt: skip
    _current = chosen
    return chosen


def current() -> ClusterClient:
    """Return this process's client; choose a cluster when there is none yet."""
    return cluster(quiet=True) if _current is None else _current


def _of_the_learner(context: str, workers: int, quiet: bool) -> ClusterClient:
    if workers:
        raise DrydockError(
            _("The course adds no workers to a cluster that is not its own."),
            _("Nothing was changed."),
            _("unset {setting} to use the course's own cluster.").format(setting=contexts.SETTING),
        )
    chosen = ClusterClient(contexts.extract(context), client.lesson(), None)
    _say(chosen, _("{setting}={value}").format(setting=contexts.SETTING, value=context), quiet)
    return chosen


def _say(chosen: ClusterClient, why: str, quiet: bool) -> None:
    version = chosen.version
    if not quiet:
        said = _("Cluster: Kubernetes {version}, {why}. {setting} chooses another.")
        print(said.format(version=version, why=why, setting=contexts.SETTING))
    if warning := troubles.skew(version):
        print(warning)
