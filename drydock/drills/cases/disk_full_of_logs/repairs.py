"""Repairs of a disk that fills."""

from __future__ import annotations

from typing import Any

from docker.types import LogConfig

from drydock.drills.cases.disk_full_of_logs.broken import LONG, Broken
from drydock.removing import images_with


def made_anew_with_a_limit(scene: Broken) -> None:
    """The same service, with a log of three files of 1 MB at most; then what has no name is removed, by its label."""
    limit = LogConfig(type="json-file", config={"max-size": "1m", "max-file": "3"})
    scene.serve(scene.words[0], LONG, log_config=limit)
    scene.client.images.prune(filters={"dangling": True, "label": scene.label})


def another_driver(scene: Broken) -> None:
    """The driver `local` rotates its files, and packs them; its usual limit of 100 MB is too much here."""
    scene.serve(
        scene.words[0], LONG, log_config=LogConfig(type="local", config={"max-size": "800k", "max-file": "2"})
    )
    for image in images_with(scene.client, {"label": [scene.label]}):
        if scene.kept not in (image["RepoTags"] or []):
            scene.client.images.remove(image["Id"])


def pruned_alone(scene: Broken) -> None:
    scene.client.containers.get(scene.chatty).restart(timeout=3)
    _prune(scene)


def no_log(scene: Broken) -> None:
    scene.serve(scene.words[0], LONG, log_config=LogConfig(type="none"))
    _prune(scene)


def the_old_one_kept(scene: Broken) -> None:
    old = scene.client.containers.get(scene.chatty)
    old.kill()
    old.rename(scene.name("old"))
    scene.serve(scene.words[0], LONG, log_config=_limit())
    _prune(scene)


def all_that_is_unused(scene: Broken) -> None:
    made_anew_with_a_limit(scene)
    scene.client.images.remove(scene.kept)


def a_new_journal(scene: Broken) -> None:
    scene.remove(scene.chatty, scene.quiet)
    scene.client.volumes.get(scene.volume).remove()
    for word in scene.words:
        scene.serve(word, LONG, log_config=_limit())
    _prune(scene)


def a_limit_alone(scene: Broken) -> None:
    scene.serve(scene.words[0], LONG, log_config=_limit())


def _limit() -> Any:
    return LogConfig(type="json-file", config={"max-size": "1m", "max-file": "3"})


def _prune(scene: Broken) -> None:
    scene.client.images.prune(filters={"dangling": True, "label": scene.label})


ENDLESS = "containers of the set-up whose log can grow past 5 MB"
REFERENCE = made_anew_with_a_limit
OTHERS = (another_driver,)
NEAR_MISSES = {
    "restarted, and images pruned": (pruned_alone, ENDLESS),
    "no log": (no_log, "services whose log shows their newest entries"),
    "the old container kept": (the_old_one_kept, ENDLESS),
    "all that is unused removed": (all_that_is_unused, "the image to which one can go back"),
    "a new journal": (a_new_journal, "the first entry of the journal"),
    "a limit alone": (a_limit_alone, "images of the set-up besides the one that is kept"),
}
