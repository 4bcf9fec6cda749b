"""Repairs of the service that does not hear the stop."""

from __future__ import annotations

from drydock.drills.cases.stop_without_handler.broken import IMAGE, Broken


def handles_it(scene: Broken) -> None:
    """The program has a handler for SIGTERM, so that the kernel delivers the signal to it."""
    scene.serve(scene.deaf, scene.handler + scene.work(scene.deaf))


def not_process_1(scene: Broken) -> None:
    """An init is process 1, and passes the signal on: for any other process the default action is the end."""
    scene.serve(scene.deaf, scene.work(scene.deaf), init=True)


def a_signal_it_knows(scene: Broken) -> None:
    """Python has a handler for SIGINT, unasked."""
    scene.serve(scene.deaf, scene.work(scene.deaf), stop_signal="SIGINT")


def killed_at_once(scene: Broken) -> None:
    scene.serve(scene.deaf, scene.work(scene.deaf), stop_signal="SIGKILL")


def in_a_shell(scene: Broken) -> None:
    command = ["sh", "-c", 'python -c "$PROGRAM"; true']
    scene.run(scene.deaf, IMAGE, command, environment={"PROGRAM": scene.work(scene.deaf)})


def ends_by_a_shell(scene: Broken) -> None:
    scene.run(scene.deaf, IMAGE, ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.2; done"])


def another_signal_for_both(scene: Broken) -> None:
    scene.serve(scene.deaf, scene.work(scene.deaf), stop_signal="SIGINT")
    scene.serve(scene.polite, scene.handler + scene.work(scene.polite), stop_signal="SIGINT")


CODES = "exit codes after `docker stop -t 3`"
REFERENCE = handles_it
OTHERS = (not_process_1, a_signal_it_knows)
NEAR_MISSES = {
    "killed at once": (killed_at_once, CODES),
    "a shell as process 1": (in_a_shell, CODES),
    "a stop that is heard, and no work": (ends_by_a_shell, "what both do"),
    "SIGINT for the one that was in order, too": (
        another_signal_for_both,
        "last words of the one that had some",
    ),
}
