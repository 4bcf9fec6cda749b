"""`drydock cluster`: the course's cluster from a terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from drydock.text import _

app = typer.Typer(no_args_is_help=True, help="The Kubernetes cluster that the course uses.")

# What works on a cluster is imported by the command that needs it: it takes a second to load.


@app.command()
def status() -> None:
    """Say which nodes the course's cluster has, and how they are; nothing is started."""
    from drydock.clusters import ending

    typer.echo(ending.status())


@app.command()
def start(
    workers: Annotated[int, typer.Option(help="how many nodes more it is to have at least")] = 0,
) -> None:
    """Start the course's cluster where it does not run, and say where it is."""
    from drydock.clusters import cluster

    with cluster(workers) as started:
        typer.echo(_("kubeconfig: {path}").format(path=started.kubeconfig))


@app.command()
def stop() -> None:
    """Stop the cluster; what is in it stays."""
    from drydock.clusters import ending

    typer.echo(ending.everywhere(ending.stop, _("Stopped: {nodes}.")))


@app.command()
def remove() -> None:
    """Remove the cluster with all that is in it."""
    from drydock.clusters import ending

    typer.echo(ending.everywhere(ending.remove, _("Removed: {nodes}.")))


def clean() -> None:
    """Remove the learner's namespaces from the cluster, and say so where there were any."""
    from drydock.clusters import ending

    if done := ending.clean():
        typer.echo(done)
