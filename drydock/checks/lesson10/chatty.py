"""The task on a log that ends."""

from __future__ import annotations

import time

import docker
from docker.models.containers import Container
from docker.types import LogConfig

from drydock.checks.lesson10.crier import WATCHED, read
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _

LIMIT, LINES = 1_000_000, 20_000
# The program of task 10.4: 2 MB at once, then a line every tenth of a second.
CHATTY = f"""\
import time
number = 0
while True:
    print(f"{{number:08}}", "all is well, " * 7, flush=True)
    number += 1
    if number > {LINES}:
        time.sleep(0.1)
"""


def start_chatty(client: docker.DockerClient) -> Container:
    """Start the container of task 10.4: its log has no limit."""
    return client.containers.run(
        "python:3.13-slim", ["python", "-c", CHATTY], name="dd-chatty", detach=True, init=True,
        log_config=LogConfig(type="json-file"),
    )  # fmt: skip


@task("10.4", _("In a terminal: a log that ends"), hints=(
    _("What limits a log belongs to the log driver's options, and those can't be changed for a container that exists."),
    _("`max-size` limits one file, `max-file` says how many there are. `docker run --help` has an option for such options."),
    _("`docker run -d --init --name dd-chatty --label dev.drydock.lesson=10 --log-opt max-size=200k --log-opt max-file=3` and the image, `python -c` and the program."),
))  # fmt: skip
def chatty(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-chatty", running=True)
    lines = read(found)
    readable = bool(lines)
    if not see.expect(
        _("docker logs dd-chatty"),
        expected=_("can be read"),
        actual=_("can be read") if readable else _("nothing, or refused"),
        holds=readable,
        hint=_("No log takes no space, and tells nothing either."),
    ):
        return
    assert lines is not None
    written = lines[-1].split(" ")[0]
    enough, all_said = _("{number} or more").format(number=LINES), written.isdigit() and int(written) >= LINES
    see.expect(
        _("lines that the program has written"),
        expected=enough,
        actual=enough if all_said else written,
        holds=all_said,
        hint=_(
            "Keep the program as it is: it may say what it likes. (It needs a moment for its first lines.)"
        ),
    )
    size, small = sum(len(line) + 1 for line in lines), _("{limit} or fewer").format(limit=LIMIT)
    see.expect(
        _("bytes in the log"),
        expected=small,
        actual=small if size <= LIMIT else size,
        holds=size <= LIMIT,
        hint=_(
            "What is kept can be `max-size` times `max-file`. Without `max-size` the first file never ends, so that there is never a second."
        ),
    )
    time.sleep(WATCHED / 2)
    goes_on = (read(found) or [])[-1:] != lines[-1:]
    see.expect(
        _("the log, half a second later"),
        expected=_("has gone on"),
        actual=_("has gone on") if goes_on else _("the same"),
        holds=goes_on,
        hint=_("The newest lines are the ones that you will want. Does the program still run?"),
    )
