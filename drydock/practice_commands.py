"""`drydock review`, `drydock progress` and `drydock drill`, from a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from drydock.text import _

review = typer.Typer(help="Questions, exercises and drills that come back when they are due.")
progress = typer.Typer(no_args_is_help=True, help="What you have done: attempts and reviews.")
drill = typer.Typer(no_args_is_help=True, help="Repair drills: a broken set-up, a report of it, and a clock.")

# What does the work is imported by the command that needs it: other commands start as fast as before, and work where
# that part of the course is not.


@review.callback(invoke_without_command=True)
def ask(
    context: typer.Context,
    limit: Annotated[int | None, typer.Option(help="the most to review now", min=1)] = None,
    new: Annotated[int, typer.Option(help="how many questions may be new on one day", min=0)] = 5,
) -> None:
    """Ask what is due, and then a few new questions."""
    if context.invoked_subcommand:
        return
    from drydock.learning import asking

    asking.run(limit, new)


@review.command(name="export-anki")
def export_anki(file: Path) -> None:
    """Write all questions as a deck for Anki to FILE (.apkg); a later import updates them."""
    from drydock.interview.bank import load
    from drydock.learning import anki

    typer.echo(_("{file}: {number} questions").format(file=file, number=anki.export(file, load())))


@progress.command(name="export")
def export_progress(file: Path) -> None:
    """Write all attempts and reviews to FILE (JSON)."""
    from drydock.learning import transfer

    typer.echo(_("{file}: {number} attempts").format(file=file, number=transfer.export(file)))


@progress.command(name="import")
def import_progress(file: Path) -> None:
    """Add what FILE has to your progress; nothing of yours is lost, and a second time changes nothing."""
    from drydock.learning import transfer

    typer.echo(str(transfer.merge(file)))


@drill.command(name="list")
def list_drills() -> None:
    """List the drills: name, lesson, difficulty, and what is reported."""
    from drydock.drills import commands

    commands.list_drills()


@drill.command()
def start(
    slug: str,
    seed: Annotated[
        int | None, typer.Option(help="a number: the same makes the same names and faults", min=0)
    ] = None,
) -> None:
    """Make a drill's broken set-up, and start the clock."""
    from drydock.drills import commands

    commands.start(slug, seed)


@drill.command()
def story() -> None:
    """Show again what is reported, and the time."""
    from drydock.drills import commands

    commands.story()


@drill.command()
def check() -> None:
    """Look at the engine, and say what holds; the exit code is 1 until all does."""
    from drydock.drills import commands

    if not commands.check():
        raise typer.Exit(1)


@drill.command()
def hint() -> None:
    """Give the next hint, which adds a minute to the time; after the third, the third again."""
    from drydock.drills import commands

    commands.hint()


@drill.command(name="give-up")
def give_up() -> None:
    """Show the reference repair and why it is right; the clock stops."""
    from drydock.drills import commands

    commands.give_up()


@drill.command()
def end(
    remove: Annotated[
        bool | None, typer.Option(help="remove or keep, without a question, what you made under its names")
    ] = None,
) -> None:
    """Remove what the drill made, and, after a question, what you made under its names."""
    from drydock.drills import commands

    commands.end(remove)
