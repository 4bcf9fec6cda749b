"""What a check found, written down in the learner's progress."""

from __future__ import annotations

import sys

from drydock.checks import texts
from drydock.checks.report import Report
from drydock.text import _

# The hints of a check that could not look: an engine that is silent, or a mistake of ours, is no attempt of theirs.
NO_ATTEMPT = (texts.BUG, texts.SILENT, texts.CLUSTER_SILENT)
_said: list[str] = []  # what went wrong; one line in a notebook is enough


def note(report: Report, hints: int) -> None:
    """Write down how a task stands, after so many hints. Where that fails, say it once: the check itself goes on."""
    if any(seen.hint in NO_ATTEMPT and not seen.holds for seen in report.observations):
        return
    try:
        # Here, as the libraries are of no use to who only reads a hint, and as they may be missing.
        from drydock.learning import outcomes
        from drydock.learning.attempts import Attempt

        seconds = round(report.seconds, 3)
        outcomes.record(Attempt("task", report.task_id, report.passed, hints, seconds))
    except Exception as error:  # a full disk, a locked file, a newer one: none is the check's business
        if not _said:
            said = _("This check is not in your progress, and later ones may not be: {error}")
            print(said.format(error=error), file=sys.stderr)
        _said.append(str(error))
