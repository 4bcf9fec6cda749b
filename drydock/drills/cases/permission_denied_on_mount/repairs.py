"""Repairs of who may write to the volume."""

from __future__ import annotations

from drydock.drills.cases.permission_denied_on_mount.broken import Broken


def owned_by_the_service(scene: Broken) -> None:
    """Folder and files get the service's number, once, by a root that lives for this command alone."""
    scene.once(f"chown -R {scene.number}:{scene.number} {scene.data}")


def by_a_group(scene: Broken) -> None:
    """The owners stay; their group may write, and the service is made anew as a member of it."""
    scene.once(f"chmod -R g+w {scene.data}")
    scene.serve(group_add=[str(scene.former)])


def starts_as_root(scene: Broken) -> None:
    """As many images' start scripts do: root sets the owner, and gives up its rights before the program runs."""
    numbers = f"--reuid {scene.number} --regid {scene.number} --clear-groups"
    owner = f"chown -R {scene.number}:{scene.number} {scene.data}"
    script = f'{owner}; exec setpriv {numbers} "$@"'
    scene.serve(user="0", entrypoint=["sh", "-ec", script, "start"])


def as_root(scene: Broken) -> None:
    scene.serve(user="0")


def for_everybody(scene: Broken) -> None:
    scene.once(f"chmod -R a+rwX {scene.data}")


def an_empty_volume(scene: Broken) -> None:
    scene.remove(scene.app)
    scene.client.volumes.get(scene.volume).remove()
    scene.serve()


def a_copy(scene: Broken) -> None:
    """The files once more, with the right owner, in a volume that nobody else knows."""
    copy = scene.name("copy")
    scene.once(f"cp -a {scene.data}/. /copy; chown -R {scene.number}:{scene.number} /copy", copy=copy)
    scene.serve(volumes={copy: {"bind": scene.data}})


def a_capability(scene: Broken) -> None:
    scene.serve(cap_add=["DAC_OVERRIDE"])


REFERENCE = owned_by_the_service
OTHERS = (by_a_group, starts_as_root)
NEAR_MISSES = {
    "root": (as_root, "user number of the service's process"),
    "everybody may write": (for_everybody, "whether any other user may write there"),
    "an empty volume": (an_empty_volume, "the first entries of the book"),
    "a copy": (a_copy, "what lies at the service's folder"),
    "a capability": (a_capability, "new entries within 3 s"),
}
