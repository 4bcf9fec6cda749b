"""Repairs of the way to the log."""

from __future__ import annotations

from drydock.drills.cases.late_logs.broken import PROGRAM, Broken


def nobody_keeps_a_line(scene: Broken) -> None:
    """Python and sed both have `-u`: what they write goes out at once."""
    scene.serve(f"python -u /srv/report.py | sed -u 's/^/{scene.mark}: /'")


def no_filter(scene: Broken) -> None:
    """The program puts the place before its lines itself, and flushes each."""
    text = PROGRAM.format(what=f"{scene.mark}: {scene.what}")
    scene.write_program(text.replace('.3f}")', '.3f}", flush=True)'))
    scene.serve("exec python /srv/report.py")


def a_loop_of_the_shell(scene: Broken) -> None:
    """A shell writes each line when it has read it."""
    loop = f'while read -r line; do echo "{scene.mark}: $line"; done'
    scene.serve(f"python /srv/report.py | {loop}", environment={"PYTHONUNBUFFERED": "1"})


def the_program_alone(scene: Broken) -> None:
    scene.serve(f"python -u /srv/report.py | {scene.filter}")


def the_filter_alone(scene: Broken) -> None:
    scene.serve(f"python /srv/report.py | {scene.filter_at_once}")


def stdbuf_for_python(scene: Broken) -> None:
    scene.serve(f"stdbuf -oL python /srv/report.py | {scene.filter_at_once}")


def a_terminal(scene: Broken) -> None:
    scene.serve(f"python /srv/report.py | {scene.filter}", tty=True)


def past_the_filter(scene: Broken) -> None:
    scene.serve("exec python -u /srv/report.py")


DELAY = "time from the print of a line to the log"

REFERENCE = nobody_keeps_a_line
OTHERS = (no_filter, a_loop_of_the_shell)
NEAR_MISSES = {
    "the program alone": (the_program_alone, DELAY),
    "the filter alone": (the_filter_alone, DELAY),
    "stdbuf before Python": (stdbuf_for_python, DELAY),
    "a terminal behind the filter": (a_terminal, DELAY),
    "past the filter": (past_the_filter, "the last lines"),
}
