"""The task on several Compose files, and what other tasks of this lesson need for files and commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import docker

from drydock.checks.registry import task
from drydock.checks.see import See, Stop
from drydock.engine import paths
from drydock.text import _
from drydock.workcopy import hand_out

FOLDER, FILE = "exercise-10", "compose.staging.yaml"
COMMAND = [sys.executable, "-m", "drydock.engine.command"]
CONSOLE, PROFILE = "console", "debug"


def folder() -> Path:
    """Return the learner's folder of this lesson's exercises."""
    return paths.work() / FOLDER


def given(path: Path, text: str) -> None:
    """Write a file that a task begins with; one that was changed moves aside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hand_out(path, text)


def last_line(*texts: str) -> str:
    """Return the last line that a command said, or that it said nothing."""
    lines = [line for text in texts for line in text.strip().splitlines()]
    return lines[-1].strip() if lines else _("no message")


def services(*options: str) -> tuple[dict[str, Any], str]:
    """Return the services that Compose reads in the learner's folder, and why it can't, if so."""
    command = [*COMMAND, "compose", *options, "config", "--format", "json"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("COMPOSE_")}
    done = subprocess.run(command, cwd=folder(), env=env, capture_output=True, text=True)
    if done.returncode:
        return {}, last_line(done.stderr)
    return json.loads(done.stdout)["services"], ""


def there(see: See, path: Path) -> None:
    """Record whether a file of the learner's is there; end the check if not."""
    what = _("work/{path}").format(path=path.relative_to(paths.work()))
    holds = path.is_file()
    actual = _("there") if holds else _("not there")
    hint = _("It belongs into the folder that the first cell of the exercises made.")
    if not see.expect(what, expected=_("there"), actual=actual, holds=holds, hint=hint):
        raise Stop


@task("10.1", _("A file for staging"), hints=(
    _("A second file says only what differs. `docker compose -f compose.yaml -f compose.staging.yaml config` shows what comes of both."),
    _("`environment` is merged by key and `ports` are joined. A service with `profiles` is left out until somebody asks for one of them."),
    _('`worker: {environment: {LOG_LEVEL: warning}}`, `web: {ports: ["127.0.0.1:8010:8000"]}`, `console: {image: "redis:8", profiles: [debug]}`, all below `services:`.'),
))  # fmt: skip
def staging(client: docker.DockerClient, see: See) -> None:
    there(see, folder() / FILE)
    both = ("-f", "compose.yaml", "-f", FILE)
    base, _why = services("-f", "compose.yaml")
    usual, why = services(*both)
    asked, _why = services(*both, "--profile", PROFILE)
    reads = _("docker compose config, with both files")
    if not see.expect(
        reads,
        expected=_("both can be read"),
        actual=why or _("both can be read"),
        holds=not why,
        hint=_("Compose says what it does not understand, and where. All services stand below `services:`."),
    ):
        return
    see.expect(
        _("LOG_LEVEL of worker, and in compose.yaml alone"),
        expected=_("warning, and info"),
        actual=_("{one}, and {other}").format(one=level(usual), other=level(base))
        if rest(usual) == rest(base)
        else _("other variables of worker have changed"),
        holds=(level(usual), level(base)) == ("warning", "info") and rest(usual) == rest(base),
        hint=_(
            "What holds for staging alone stands in staging's file. What is `environment` below, which service?"
        ),
    )
    found = [f"{p.get('host_ip', '0.0.0.0')}:{p.get('published', '')}:{p['target']}" for p in usual["web"].get("ports", [])]  # fmt: skip
    see.expect(
        _("ports that web publishes"),
        expected="127.0.0.1:8010:8000",
        actual=", ".join(found) or _("none"),
        holds=found == ["127.0.0.1:8010:8000"],
        hint=_("Without an address before the port of the host it is open to all your networks."),
    )
    for profile, read, wanted in (("", usual, False), (PROFILE, asked, True)):
        names = sorted(set(read) - set(base))
        see.expect(
            _("services beyond compose.yaml's, with profile {name}").format(name=profile)
            if profile
            else _("services beyond compose.yaml's, without a profile"),
            expected=CONSOLE if wanted else _("none"),
            actual=", ".join(names) or _("none"),
            holds=names == ([CONSOLE] if wanted else []),
            hint=_("A service without `profiles` belongs to every start."),
        )


def level(read: dict[str, Any]) -> str:
    """Return a worker's LOG_LEVEL."""
    return str(read.get("worker", {}).get("environment", {}).get("LOG_LEVEL", _("not set")))


def rest(read: dict[str, Any]) -> dict[str, Any]:
    """Return a worker's other variables."""
    environment = read.get("worker", {}).get("environment", {})
    return {name: value for name, value in environment.items() if name != "LOG_LEVEL"}
