"""Repairs of the place that the book lies in."""

from __future__ import annotations

from typing import Any

from drydock.drills.cases.data_gone_after_update.broken import Broken


def into_a_volume(scene: Broken) -> None:
    """The book goes into a volume with a name, and the new container has that at the same path."""
    old = scene.client.containers.get(scene.desk)
    old.stop(timeout=3)  # so that nobody writes while it is copied
    files, _about = old.get_archive(f"{scene.place}/.")
    book = b"".join(files)
    scene.client.volumes.create(scene.volume)
    new = scene.make(volumes={scene.volume: {"bind": scene.place, "mode": "rw"}})
    new.put_archive(scene.place, book)
    new.start()


def filled_from_an_image(scene: Broken) -> None:
    """The old container becomes an image: the engine fills an empty volume from it."""
    old = scene.client.containers.get(scene.desk)
    old.stop(timeout=3)
    old.commit(scene.name("kept"), "1")
    volume = scene.name("filled")
    scene.client.volumes.create(volume)
    scene.make(f"{scene.name('kept')}:1", volumes={volume: {"bind": scene.place, "mode": "rw"}}).start()


def the_book_elsewhere(scene: Broken) -> None:
    """The service is told another path, and a volume is there."""
    _moved(scene, "/ledger", mounted="/ledger", environment={"BOOK": "/ledger/book.db"})


def _moved(scene: Broken, place: str, mounted: str, **options: Any) -> None:
    """Copy the book to `place` of a new container that has a volume at `mounted`."""
    old = scene.client.containers.get(scene.desk)
    old.stop(timeout=3)
    files, _about = old.get_archive(f"{scene.place}/.")
    book = b"".join(files)
    new = scene.make(volumes={scene.volume: {"bind": mounted, "mode": "rw"}}, **options)
    new.put_archive(place, book)
    new.start()


def an_empty_volume(scene: Broken) -> None:
    scene.make(volumes={scene.name("new"): {"bind": scene.place, "mode": "rw"}}).start()


def a_volume_beside_it(scene: Broken) -> None:
    _moved(scene, scene.place, mounted=f"{scene.place}-kept")


def an_image_of_it(scene: Broken) -> None:
    old = scene.client.containers.get(scene.desk)
    old.stop(timeout=3)
    old.commit(scene.name("kept"), "1")
    scene.make(f"{scene.name('kept')}:1").start()


def always_restarted(scene: Broken) -> None:
    scene.client.containers.get(scene.desk).update(restart_policy={"Name": "always"})


SURVIVES = "what a container finds that is made anew, from the same image and with the same settings"

REFERENCE = into_a_volume
OTHERS = (filled_from_an_image, the_book_elsewhere)
NEAR_MISSES = {
    "an empty volume": (an_empty_volume, "what people have noted today, in the service's book"),
    "a volume at another path": (a_volume_beside_it, SURVIVES),
    "an image with today's book": (an_image_of_it, SURVIVES),
    "a restart policy": (always_restarted, SURVIVES),
}
