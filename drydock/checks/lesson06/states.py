"""Tasks on states, exit codes and restarts: what the engine says about a container."""

from __future__ import annotations

import docker
from docker.models.containers import Container

from drydock.checks.registry import task
from drydock.checks.see import See
from drydock.text import _


def described(container: Container) -> str:
    """Return the state in words: with the exit code where there is one."""
    state = container.attrs["State"]
    code = state["ExitCode"]
    if state["Status"] == "created" and code:
        return _("created, and a start failed with {code}").format(code=code)
    if state["Status"] in ("exited", "restarting"):
        return _("{status}, with exit code {code}").format(status=state["Status"], code=code)
    return str(state["Status"])


@task("06.1", _("Three states"), hints=(
    _("Which state comes before the first process, which one after the last, and in which one do processes stand still?"),
    _("`run` is `create` and `start`. `pause` needs a container that runs. A code of 0 is the program's own end, in good order."),
    _('`client.containers.create(...)` for dd-idle; `run(...)` and `.pause()` for dd-becalmed; `run(image, "true", ...)` for dd-home.'),
))  # fmt: skip
def three_states(client: docker.DockerClient, see: See) -> None:
    wanted = {
        "dd-idle": (_("created"), _("A container that was started is never `created` again, and one whose start failed was started, too.")),
        "dd-becalmed": (_("paused"), _("A paused container still has its processes. One that was stopped has none, and can't be paused.")),
        "dd-home": (_("exited, with exit code {code}").format(code=0), _("`docker stop` and `docker kill` end a container from outside, mostly with 143 or 137. Which program ends by itself?")),
    }  # fmt: skip
    for name, (state, hint) in wanted.items():
        actual = described(see.container(name))
        what = _("state of {name}").format(name=name)
        see.expect(what, expected=state, actual=actual, holds=actual == state, hint=hint)


@task("06.2", _("In a terminal: four exit codes"), hints=(
    _("Two of the codes come from a start that fails, two from a signal."),
    _("For 126 name something that is there and is no program; for 127 something that is not there. Who ends at SIGTERM? Process 1 does so only with a handler; what can pass a signal on?"),
    _("`/etc/passwd` as the command gives 126, `nothing` 127. `docker kill` gives 137. `docker run -d --init … sleep 1d` and then `docker stop` gives 143."),
))  # fmt: skip
def exit_codes(client: docker.DockerClient, see: See) -> None:
    hints = {
        126: _("126 is for a file that is there and can't be executed, such as a text file."),
        127: _("127 is for a program that can't be found."),
        137: _("137 is SIGKILL, 128 + 9."),
        143: _(
            "143 is SIGTERM, 128 + 15, and the process must end of it: a process 1 without a handler does not."
        ),
    }
    for code, hint in hints.items():
        name = f"dd-code-{code}"
        found = see.container(name)
        state = found.attrs["State"]
        see.expect(
            _("exit code of {name}").format(name=name),
            expected=code,
            actual=described(found) if state["Running"] else state["ExitCode"],
            holds=not state["Running"] and state["ExitCode"] == code,
            hint=hint,
        )
        if code == 137:
            see.expect(
                _("who killed {name}").format(name=name),
                expected=_("not the kernel at a memory limit"),
                actual=_("the kernel: OOMKilled") if state["OOMKilled"] else _("not the kernel at a memory limit"),
                holds=not state["OOMKilled"],
                hint=_("The same code, another reason: this one shall be killed by you."),
            )  # fmt: skip


@task("06.4", _("A policy that gives up"), hints=(
    _("Which restart policy looks at the exit code, and which one can have a limit?"),
    _("`on-failure` restarts after every code but 0, and takes a number of retries. The first start is not counted."),
    _('`restart_policy={"Name": "on-failure", "MaximumRetryCount": 3}` (`--restart on-failure:3`), with a command such as `["sh", "-c", "exit 3"]`.'),
))  # fmt: skip
def gives_up(client: docker.DockerClient, see: See) -> None:
    found = see.container("dd-stubborn")
    state, count = found.attrs["State"], found.attrs["RestartCount"]
    see.expect(
        _("restarts of dd-stubborn"),
        expected=3,
        actual=count,
        holds=count == 3,
        hint=_("Only what a policy starts is counted, not `docker start`. The retries come after the first start, and each waits twice as long as the one before: check again when it has given up."),
    )  # fmt: skip
    see.expect(
        _("state of dd-stubborn"),
        expected=_("exited, with an exit code other than 0"),
        actual=described(found),
        holds=state["Status"] == "exited" and state["ExitCode"] != 0,
        hint=_("A policy without a limit goes on for ever, and one that ignores the code restarts a success, too."),
    )  # fmt: skip
