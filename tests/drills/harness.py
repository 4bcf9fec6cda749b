"""Prove a drill: what is broken fails, each repair passes, and each near miss fails for what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from drydock import images, session
from drydock.checks.probes import PROBE
from drydock.checks.report import Report
from drydock.client import LabellingClient
from drydock.drills import drill as drills
from drydock.drills import running
from drydock.drills.drill import Drill
from drydock.removing import images_called

Step = Callable[[Any], object]
IMAGE = "python:3.13-slim"
FULL, MORE = 1, (2, 3)  # seeds: of the whole proof, and of start and reference repair
# The lessons whose drills a file proves: files run side by side, and each of these takes a like time.
FILES = {
    "test_drills_03_04.py": ("03", "04"),
    "test_drills_05.py": ("05",),
    "test_drills_06.py": ("06",),
    "test_drills_07_to_10.py": ("07", "08", "10"),
}


def of(file: str) -> list[Any]:
    """Return the drills that a test file proves, as parameters."""
    return [pytest.param(d, id=d.slug) for d in drills.every() if d.lesson in FILES[file.rpartition("/")[2]]]


def prove(client: LabellingClient, drill: Drill, seed: int = FULL) -> None:
    """Assert how a drill's check judges its broken start, each repair, and each near miss."""
    assert len(drill.others) >= 1 and len(drill.near_misses) >= 3, drill.slug
    with beside(client, drill.slug) as bystanders:
        broken = after(client, drill, seed, None, bystanders)
        assert not broken.passed, f"{drill.slug}: passes at the start\n{broken}"
        for repair in (drill.reference, *drill.others):
            report = after(client, drill, seed, repair, bystanders)
            assert report.passed, f"{drill.slug}: {repair.__name__} does not pass\n{report}"
        for name, (miss, what) in drill.near_misses.items():
            report = after(client, drill, seed, miss, bystanders)
            assert not report.passed, f"{drill.slug}: near miss {name} passes\n{report}"
            failed = next(seen for seen in report.observations if not seen.holds)
            assert failed.what == what, f"{drill.slug}: near miss {name} fails for {failed.what!r}\n{report}"
            assert failed.hint, f"{drill.slug}: near miss {name} gets no hint"


def prove_again(client: LabellingClient, drill: Drill, seed: int) -> None:
    """Assert for another seed that the start fails, and that the reference repair passes."""
    with beside(client, f"{drill.slug}-{seed}") as bystanders:
        broken = after(client, drill, seed, None, bystanders)
        assert not broken.passed, f"{drill.slug}, seed {seed}: passes at the start\n{broken}"
        report = after(client, drill, seed, drill.reference, bystanders)
        assert report.passed, f"{drill.slug}, seed {seed}: the reference repair does not pass\n{report}"


def after(
    client: LabellingClient,
    drill: Drill,
    seed: int,
    step: Step | None,
    bystanders: Callable[[], object],
) -> Report:
    """Start the drill, take a step, and return what the check sees; everything is removed again."""
    before = bystanders()
    practice = running.start(client, drill, seed)
    try:
        if step:
            step(practice.scene)
        kept = own(client, practice.scene.prefix)
        report = practice.check()
        assert own(client, practice.scene.prefix) == kept, (
            f"{drill.slug}: the check changed something\n{report}"
        )
    finally:
        practice.end(also_theirs=True)
    assert bystanders() == before, f"{drill.slug}: something else changed"
    left = own(client, practice.scene.prefix)
    assert not left and not practice.scene.folder.exists(), f"{drill.slug} leaves {left}"
    return report


@contextmanager
def beside(client: LabellingClient, slug: str) -> Iterator[Callable[[], object]]:
    """Put what has nothing to do with a drill beside it; give a look at how that is.

    Not all else on the engine: other tests make and remove things meanwhile.
    """
    images.need(client, IMAGE)
    name = f"bystander-{slug}"
    network, volume = client.networks.create(name), client.volumes.create(name)
    container = client.containers.run(
        IMAGE, ["sleep", "1d"], name=name, network=name, volumes=[f"{name}:/data"], detach=True, init=True
    )
    stopped = client.containers.create(IMAGE, ["true"], name=f"{name}-stopped")

    def look() -> object:
        for one in (container, stopped, network, volume):
            one.reload()  # NotFound, where it has gone
        attrs = container.attrs
        return (
            attrs["State"]["StartedAt"], attrs["State"]["Running"], attrs["RestartCount"],
            attrs["HostConfig"], sorted(attrs["NetworkSettings"]["Networks"]), stopped.status, network.attrs,
        )  # fmt: skip

    try:
        yield look
    finally:
        for one in (container, stopped):
            one.remove(force=True)
        network.remove()
        volume.remove()


def own(client: LabellingClient, prefix: str) -> set[tuple[str, str]]:
    """Return what is called as the drill's things, by name and id, and the probes of this session."""
    there = client.containers.list(all=True, ignore_removed=True)
    ours = {(str(c.name), str(c.id)) for c in there if c.labels.get(session.SESSION) == session.session()}
    probes = {str(c.name) for c in there if PROBE in c.labels}
    found = {(str(c.name), str(c.id)) for c in there}
    found |= {(str(n.name), str(n.id)) for n in client.networks.list()}
    found |= {(str(v.name), str(v.attrs.get("CreatedAt"))) for v in client.volumes.list()}
    found |= {(name, i["Id"]) for i in images_called(client, prefix) for name in i["RepoTags"] or ()}
    named = {one for one in found if one[0].rpartition("/")[2].startswith(prefix)}
    return named | {one for one in ours if one[0] in probes}
