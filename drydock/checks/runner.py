"""Run one check, whatever it meets: every end is a report."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drydock.checks import texts
from drydock.checks.eyes import Eyes, Stop
from drydock.checks.registry import Task
from drydock.checks.report import Report
from drydock.errors import DrydockError
from drydock.text import _


def run(task: Task, client: Any) -> Report:
    """Return what a task's check sees. No exception but an interrupt leaves it.

    `client` is docker-py's for a task on the engine, and Kubernetes' ApiClient for one on the cluster.
    """
    see = eyes(task, client)
    return watched(see, task.id, task.title, lambda: task.look(client, see))


def watched(see: Eyes, identity: str, title: str, look: Callable[[], object]) -> Report:
    """Return what `look` has seen with `see`. No exception but an interrupt leaves it."""
    begin = time.monotonic()
    try:
        look()
        if not see.observations:
            _broken(see, _("it looked at nothing"))
    except Stop:
        pass
    except DrydockError as error:  # such as a wait_until() in vain
        see.expect(
            _("the steps of the check"),
            expected=_("they come to an end"),
            actual=error.what,
            holds=False,
            hint=error.hint,
        )
    except Exception as error:
        if refused := see.refusal(error):
            actual, hint = refused
            expected = _("an answer to each question of the check")
            see.expect(see.asked, expected=expected, actual=actual, holds=False, hint=hint)
        else:
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = _("{file}, line {line}").format(file=Path(place.filename).name, line=place.lineno)
            _broken(see, f"{type(error).__name__}: {error} ({where})")
    return Report(identity, title, tuple(see.observations), time.monotonic() - begin)


def eyes(task: Task, client: Any) -> Eyes:
    """Return what a task's check looks with."""
    if task.on_cluster:
        from drydock.checks.kube import SeeCluster  # here, as it takes a while, and ten lessons need it not

        return SeeCluster(client, task.lesson)
    from drydock.checks.see import See

    return See(client, task.lesson)


def _broken(see: Eyes, actual: str) -> None:
    expected = _("it looks, and tells what it sees")
    see.expect(_("the check itself"), expected=expected, actual=actual, holds=False, hint=texts.BUG)
