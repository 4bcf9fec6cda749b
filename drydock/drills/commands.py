"""What `drydock drill` does: repair drills from a terminal."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from drydock.client import connect
from drydock.drills import recording, running, terminal
from drydock.drills.drill import every, find
from drydock.drills.running import HINTS, Practice
from drydock.errors import DrydockError
from drydock.text import _


def list_drills() -> None:
    """List the drills: name, lesson, difficulty, and what is reported."""
    table = Table(_("name"), _("lesson"), _("difficulty"), _("title"), box=None)
    for drill in every():
        table.add_row(drill.slug, drill.lesson, drill.level, drill.title)
    Console().print(table)


def start(slug: str, seed: int | None) -> None:
    """Make a drill's broken set-up, and start the clock."""
    drill = find(slug)
    if there := terminal.kept():
        raise DrydockError(
            _("The drill {slug} is under way.").format(slug=there.slug),
            _("Nothing was started."),
            _("`drydock drill end` ends it."),
        )
    practice = running.start(connect(drill.lesson), drill, seed)
    try:
        terminal.save(terminal.of(practice))
    except BaseException:  # without the file no other command could end it
        practice.end(also_theirs=True)
        raise
    show(practice.story)
    if practice.scene.folder.exists():
        typer.echo(_("Its files are in {path}").format(path=practice.scene.folder))
    typer.echo(_("`drydock drill check` looks whether it is repaired. The clock runs."))


def story() -> None:
    """Show again what is reported, and the time."""
    practice = under_way()
    show(practice.story)
    typer.echo(practice.reading)


def check() -> bool:
    """Look at the engine, say what holds, and return whether all does."""
    practice = under_way()
    before = practice.ended
    report = practice.check()
    terminal.save(terminal.of(practice))
    typer.echo(str(report))
    if before is None and practice.passed:
        typer.echo(_("Passed in {time}. `drydock drill end` cleans up.").format(time=practice.reading))
        note(practice)
    return report.passed


def hint() -> None:
    """Give the next hint, which adds a minute to the time; after the third, the third again."""
    practice = under_way()
    text = practice.hint()
    terminal.save(terminal.of(practice))
    show(text)
    typer.echo(
        _("{number} of {total} hints; {time}").format(
            number=practice.hints, total=HINTS, time=practice.reading
        )
    )


def give_up() -> None:
    """Show the reference repair and why it is right; the clock stops."""
    practice = under_way()
    before = practice.ended
    text = practice.give_up()
    terminal.save(terminal.of(practice))
    show(text)
    if before is None:
        note(practice)


def end(remove: bool | None) -> None:
    """Remove what the drill made, and, after a question, what you made under its names."""
    practice = under_way()
    done = practice.end()
    if practice.ended is None:
        note(practice)
    terminal.forget()
    typer.echo(str(done))
    left = practice.theirs()
    if not left:
        return
    typer.echo(
        "\n".join(
            [
                _(
                    "This has the drill's names, is made from its images or is in its folder, and is still there:"
                ),
                *left,
            ]
        )
    )
    if remove if remove is not None else typer.confirm(_("Remove it, too?")):
        typer.echo(str(practice.end(also_theirs=True)))


def under_way() -> Practice:
    """Return the drill under way, on the engine. Raises DrydockError when there is none."""
    found = terminal.kept()
    if found is None:
        raise DrydockError(
            _("No drill is under way in the terminal."),
            _("Nothing was looked at."),
            _("`drydock drill list` shows the drills, `drydock drill start NAME` starts one. One that was started in a notebook goes on there."),
        )  # fmt: skip
    return terminal.practice(connect(find(found.slug).lesson, quiet=True), found)


def show(text: str) -> None:
    """Print Markdown."""
    Console().print(Markdown(text))


def note(practice: Practice) -> None:
    """Write an end down, and say if that failed."""
    if failed := recording.write(practice):
        typer.echo(failed, err=True)
