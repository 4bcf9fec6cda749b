"""The `drydock` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from drydock import cleaning, client, cluster_commands, images, practice_commands, removal
from drydock.engine import doctor as examination
from drydock.engine import lookup, microvm, native
from drydock.errors import DrydockError
from drydock.text import _

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Drydock: learn Docker and Kubernetes by running them.",
)
engine = typer.Typer(no_args_is_help=True, help="The engine that the course uses.")
bundles = typer.Typer(no_args_is_help=True, help="The images that the lessons need.")
app.add_typer(engine, name="engine")
app.add_typer(bundles, name="images")
app.add_typer(cluster_commands.app, name="cluster")
app.add_typer(practice_commands.review, name="review")
app.add_typer(practice_commands.progress, name="progress")
app.add_typer(practice_commands.drill, name="drill")


@app.command()
def doctor() -> None:
    """Say what this machine allows, which engine would be used, and why."""
    typer.echo(examination.report())


@app.command(name="clean")
def clean_all() -> None:
    """Remove what your notebooks and lesson commands made on the engine and in the cluster, in all sessions."""
    typer.echo(cleaning.clean(client.connect(), everything=True))
    cluster_commands.clean()


@app.command()
def remove() -> None:
    """Stop the private engine and delete all that is ours outside this folder."""
    typer.echo(removal.remove())


@app.command(name="lab", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def open_lab(context: typer.Context) -> None:
    """Open JupyterLab on lesson 01 with an engine ready; further options go to JupyterLab."""
    from drydock import lab  # reads notebooks with a library that takes a second to load

    lab.run(context.args)


@engine.command()
def status() -> None:
    """Say whether a private engine runs."""
    found = [engine for kind in lookup.OURS if (engine := lookup.running(kind, "")) is not None]
    lines = [_("{kind}: running at {url}").format(kind=engine.kind, url=engine.url) for engine in found]
    typer.echo("\n".join(lines or [_("not running")]))


@engine.command()
def start() -> None:
    """Get the engine that the lookup order finds, starting a private one when there is none."""
    found = lookup.find()
    typer.echo(_("{kind} at {url}, as {why}").format(kind=found.kind, url=found.url, why=found.why))


@engine.command()
def build(
    images: Annotated[
        Path | None, typer.Option(help="a folder with bundles (*.tar), whose images it is to have")
    ] = None,
) -> None:
    """Build the emulated machine where there is none, and print its folder: DRYDOCK_MACHINE names it to other users."""
    if images is not None and not any(images.glob("*.tar")):
        raise DrydockError(
            _("{folder} has no bundle, such as images.tar.").format(folder=images),
            _("Nothing was built."),
            _("`drydock images bundle` writes one."),
        )
    typer.echo(microvm.build(images))


@engine.command()
def stop() -> None:
    """Stop the private engine; its images and volumes stay. `microvm` is saved with the containers that run in it."""
    stopped = [kind for kind, stop in (("native", native.stop), ("microvm", microvm.stop)) if stop()]
    typer.echo(_("stopped: {kinds}").format(kinds=", ".join(stopped)) if stopped else _("not running"))


@bundles.command()
def bundle(file: Path) -> None:
    """Write the lessons' images to FILE, for a classroom without a network."""
    connected = client.connect()
    images.need(connected, *images.ALL)
    images.save(connected, file, images.ALL)
    typer.echo(_("{file}: {size:.0f} MB").format(file=file, size=file.stat().st_size / 1e6))


@bundles.command()
def load(file: Path) -> None:
    """Read a bundle into the engine."""
    typer.echo("\n".join(sorted(images.load(client.connect(), file))))


@bundles.command()
def prepare() -> None:
    """Get all images that the lessons need, now."""
    images.need(client.connect(), *images.ALL)


@bundles.command(name="node")
def node_image() -> None:
    """Get the image of the cluster's node, now: it takes the longest."""
    images.need(client.connect(), *images.CLUSTER)


def main() -> None:
    """Run the command; an error of ours is shown as text, without a traceback."""
    try:
        app()
    except DrydockError as error:
        sys.exit(str(error))
