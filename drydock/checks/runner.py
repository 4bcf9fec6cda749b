"""Run one check, whatever it meets: every end is a report."""

from __future__ import annotations

import time
import traceback
from pathlib import Path

import docker
from docker.errors import APIError, NotFound
from requests.exceptions import RequestException

from drydock.checks import texts
from drydock.checks.registry import Task
from drydock.checks.report import Report
from drydock.checks.see import See, Stop
from drydock.errors import DrydockError
from drydock.text import _


def run(task: Task, client: docker.DockerClient) -> Report:
    """Return what a task's check sees. No exception but an interrupt leaves it."""
    see = See(client, task.lesson)
    begin = time.monotonic()
    try:
        task.look(client, see)
        if not see.observations:
            _broken(see, _("it looked at nothing"))
    except Stop:
        pass
    except APIError as error:
        hint = texts.CONFLICT if error.status_code == 409 else texts.REFUSED
        _engine(see, _said(error), texts.GONE if isinstance(error, NotFound) else hint)
    except RequestException:
        _engine(see, _("no answer"), texts.SILENT)
    except DrydockError as error:  # such as a wait_until() in vain
        see.expect(
            _("the steps of the check"),
            expected=_("they come to an end"),
            actual=error.what,
            holds=False,
            hint=error.hint,
        )
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = _("{file}, line {line}").format(file=Path(place.filename).name, line=place.lineno)
        _broken(see, f"{type(error).__name__}: {error} ({where})")
    return Report(task.id, task.title, tuple(see.observations), time.monotonic() - begin)


def _engine(see: See, actual: str, hint: str) -> None:
    expected = _("an answer to each question of the check")
    see.expect(_("the engine"), expected=expected, actual=actual, holds=False, hint=hint)


def _said(error: APIError) -> str:
    text = error.explanation or str(error)
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return _("it said: {text}").format(text=said)


def _broken(see: See, actual: str) -> None:
    expected = _("it looks, and tells what it sees")
    see.expect(_("the check itself"), expected=expected, actual=actual, holds=False, hint=texts.BUG)
