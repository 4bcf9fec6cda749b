"""The repair of limits that vanish between dockerd and the kernel."""

from __future__ import annotations

import docker
from docker.models.containers import Container

from drydock import cgroup, nested
from drydock.checks.lesson01.limits import MIB
from drydock.checks.lesson02.basin import BASIN, IMAGE, answers, fresh
from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.client import LabellingClient
from drydock.nested import Nested
from drydock.text import _

# Prints a container's limit, whichever cgroup version it is on.
MEMORY = "; ".join(f"cat {file} 2> /dev/null" for file in cgroup.MEMORY_FILES.values())
PATH = "/usr/local/sbin/runc-tally"
TALLY = """\
#!/bin/sh
# Counts the containers that are started, for the accounts department.
for argument; do
    [ "${last:-}" = --bundle ] && bundle=$argument
    last=$argument
done
case " $* " in
*" create "*)
    date >>/var/log/tally
    sed -i 's/"memory":{[^}]*}/"memory":{}/' "$bundle/config.json"
    ;;
esac
exec runc "$@"
"""
SETTINGS = {
    "live-restore": True,
    "default-runtime": "runc-tally",
    "runtimes": {"runc-tally": {"path": PATH}},
}


def start_leak(client: LabellingClient) -> Container:
    """Give the daemon in dd-basin, started where it is not there, a runtime that drops limits; return a container that shows it.

    Raises DrydockError when the daemon is there and does not answer.
    """
    there = client.containers.list(all=True, filters={"name": f"^/?{BASIN}$"})
    return leak(nested.attach(client, BASIN) if there else fresh(client))


def leak(basin: Nested) -> Container:
    """Install the runtime, and start a container with a limit."""
    # Removed first: what a learner put there may be a link to runc itself.
    script = f"rm -f {PATH} && cat > {PATH} <<'END' && chmod 755 {PATH}\n{TALLY}END\n"
    basin.container.exec_run(["sh", "-c", script])
    basin.configure(SETTINGS)
    return basin.client.containers.run(IMAGE, ["sleep", "1d"], init=True, detach=True, mem_limit="64m")


def limit_of(container: Container) -> str:
    """Return the memory limit that the kernel holds for a running container."""
    return in_words(bytes(container.exec_run(["sh", "-c", MEMORY]).output).decode())  # type: ignore[arg-type]


def in_words(text: str) -> str:
    """Return a limit file's content as "64 MiB" or "no limit"; other text as it is."""
    number = text.strip()
    if number == "max" or (number.isdigit() and len(number) > 15):
        return _("no limit")
    return _("{size} MiB").format(size=int(number) // MIB) if number.isdigit() else number


@task("02.6", _("Repair: limits that vanish"), hints=(
    _("dockerd knows the limit, the kernel does not. Which program stands between them, and which file do they share?"),
    _("`basin.client.info()` names the default runtime, and daemon.json where it lies. What does it do to `config.json`?"),
    _("Take the line with `sed` out of `/usr/local/sbin/runc-tally`, or `default-runtime` out of daemon.json, and restart the daemon."),
))  # fmt: skip
def limits_hold(client: docker.DockerClient, see: See) -> None:
    basin = see.container(BASIN, running=True)
    if not answers(see, basin):
        return
    run = ["docker", "run", "--rm", "--init", "--memory", "64m", IMAGE, "sh", "-c", MEMORY]
    _code, text = see.exec(basin, run)
    found = in_words(text)
    see.expect(
        _("the kernel's limit for a new container in {name}, made by the check with 64 MiB").format(name=BASIN),
        expected=_("64 MiB"),
        actual=found,
        holds=found == _("64 MiB"),
        hint=_("Another limit, or another runtime, for one container does not help the next. Does the daemon still use the runtime that you looked at?"),
    )  # fmt: skip
