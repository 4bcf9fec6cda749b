"""Repairs of the start script."""

from __future__ import annotations

from drydock.drills.cases.slow_stop.broken import IMAGE, Broken


def becomes_the_program(scene: Broken) -> None:
    """`exec`: the shell is gone, and the program is process 1."""
    scene.serve(f'echo "{scene.notice}"; exec python -c "$PROGRAM"')


def passes_it_on(scene: Broken) -> None:
    """The shell has a handler, and waits until the program has ended."""
    scene.serve(
        f'echo "{scene.notice}"; python -c "$PROGRAM" & child=$!; '
        "trap 'kill -TERM $child' TERM; wait $child; trap - TERM; wait $child"
    )


def on_a_terminal(scene: Broken) -> None:
    """With a terminal, whose lines end in another way."""
    scene.serve(f'echo "{scene.notice}"; exec python -c "$PROGRAM"', tty=True)


def another_signal(scene: Broken) -> None:
    scene.serve(f'echo "{scene.notice}"; python -c "$PROGRAM"', stop_signal="SIGKILL")


def only_an_init(scene: Broken) -> None:
    scene.serve(f'echo "{scene.notice}"; python -c "$PROGRAM"; echo "left"', init=True)


def without_the_notice(scene: Broken) -> None:
    scene.run(scene.web, IMAGE, ["python", "-c", scene.program])


REFERENCE = becomes_the_program
OTHERS = (passes_it_on, on_a_terminal)
NEAR_MISSES = {
    "killed at once": (another_signal, "its exit code"),
    "an init, and the shell below it": (only_an_init, "its exit code"),
    "no script": (without_the_notice, "what it says at its start"),
}
