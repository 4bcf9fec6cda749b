"""Repairs of the service that leaves its container."""

from __future__ import annotations

from drydock.drills.cases.exits_at_once.broken import Broken


def in_the_foreground(scene: Broken) -> None:
    """Neither the option nor the variable that sends the program to the background: it is process 1, and stays."""
    scene.serve()


def below_an_init(scene: Broken) -> None:
    """In the foreground, too; the init ends when its child does."""
    scene.serve(init=True)


def watched_by_a_shell(scene: Broken) -> None:
    """It stays a daemon, but process 1 waits for the end of just that process."""
    scene.script(f"while kill -0 $(cat {scene.pid_file}) 2> /dev/null; do sleep 0.2; done")


def kept_alive(scene: Broken) -> None:
    scene.script("exec sleep infinity")


def started_again(scene: Broken) -> None:
    scene.in_background(restart_policy={"Name": "always"})


def only_an_init(scene: Broken) -> None:
    scene.in_background(init=True)


def with_a_terminal(scene: Broken) -> None:
    scene.in_background(tty=True, stdin_open=True)


REFERENCE = in_the_foreground
OTHERS = (below_an_init, watched_by_a_shell)
NEAR_MISSES = {
    "something else is kept alive": (kept_alive, "when the service ends"),
    "a restart policy": (started_again, "the service"),
    "an init, and still a daemon": (only_an_init, "the service"),
    "a terminal": (with_a_terminal, "the service"),
}
