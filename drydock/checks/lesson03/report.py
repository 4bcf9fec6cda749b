"""The task on tests in a container: a report outside, and whose file it is."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import docker

from drydock.checks.lesson03.harbour import FOLDER, folder
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

NAME = "report.xml"


@task("03.3", _("In a terminal: your tests, your report"), hints=(
    _("A process in a container has a user number, and the files that it makes have the same one. Which is yours?"),
    _("Mount the folder, and give `docker run` the number of the folder's owner. pytest writes a report with `--junitxml`."),
    _("`docker run --name dd-tests --label dev.drydock.lesson=03 --user $(stat -c %u:%g work/exercise-03) -v $PWD/work/exercise-03:/app IMAGE python -m pytest -p no:cacheprovider --junitxml report.xml`"),
))  # fmt: skip
def report(client: docker.DockerClient, see: See) -> None:
    ran = see.container("dd-tests")
    state = ran.attrs["State"]
    see.expect(
        _("how dd-tests ended"),
        expected=_("by itself, with exit code 0"),
        actual=_("{status}, exit code {code}").format(status=state["Status"], code=state["ExitCode"]),
        holds=state["Status"] == "exited" and state["ExitCode"] == 0,
        hint=_("pytest ends with 1 when a test failed, with 2 or 4 when it could not begin, with 5 when it found none. `docker logs dd-tests` has its words."),
    )  # fmt: skip
    file = folder() / NAME
    suite = _suite(file)
    ours = suite is not None and suite.get("hostname") == ran.attrs["Config"]["Hostname"]
    if suite is None:
        actual = _("a file that is no JUnit report") if file.exists() else _("not there")
    else:
        actual = _("from this container") if ours else _("from another machine or an earlier run")
    see.expect(
        _("work/{folder}/{name}").format(folder=FOLDER, name=NAME),
        expected=_("a JUnit report from this container"),
        actual=actual,
        holds=ours,
        hint=_("What is written to the container's own layer stays there: the report must land in the mounted folder."),
    )  # fmt: skip
    if suite is None:
        return
    counts = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
    see.expect(
        _("tests in the report"),
        expected=_("some, none failed or skipped"),
        actual=", ".join(f"{key}: {count}" for key, count in counts.items()),
        holds=counts.pop("tests") and not any(counts.values()),
        hint=_("The project has tests that pass. Are they in the folder that pytest looked at?"),
    )
    found, wanted = file.stat(), folder().stat()
    see.expect(
        _("owner of the report"),
        expected=_("user {uid}, as of the folder").format(uid=wanted.st_uid),
        actual=_("user {uid}").format(uid=found.st_uid),
        holds=found.st_uid == wanted.st_uid,
        hint=_("Without another word the process in a container is user 0, root, and so are its files in your folder. Remove the container and the report before you try again."),
    )  # fmt: skip


def _suite(file: Path) -> ElementTree.Element | None:
    """Return the first test suite of a JUnit report, or None when there is none."""
    try:
        return next(ElementTree.parse(file).iter("testsuite"), None)
    except (OSError, ElementTree.ParseError):
        return None
