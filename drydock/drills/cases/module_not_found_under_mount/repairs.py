"""Repairs of what the mount hides."""

from __future__ import annotations

import os

from drydock.drills.cases.module_not_found_under_mount.broken import Broken


def outside_the_mount(scene: Broken) -> None:
    """The image has its environment in a folder that no mount covers, and PATH names that."""
    scene.write("Dockerfile", scene.dockerfile("/opt/venv"))
    scene.build(scene.image)
    scene.develop(volumes=scene.mount)


def a_volume_over_the_hole(scene: Broken) -> None:
    """A volume lies over the mount; when it is empty, the engine fills it from the image."""
    scene.client.volumes.create(scene.volume)
    scene.develop(volumes={**scene.mount, scene.volume: {"bind": scene.venv, "mode": "rw"}})


def the_project_elsewhere(scene: Broken) -> None:
    """The project is mounted where the image has nothing, and the program starts there."""
    scene.develop(volumes={str(scene.folder): {"bind": "/project", "mode": "rw"}}, working_dir="/project")


def without_the_mount(scene: Broken) -> None:
    scene.develop()


def one_file_alone(scene: Broken) -> None:
    scene.develop(volumes={str(scene.folder / "main.py"): {"bind": f"{scene.place}/main.py", "mode": "rw"}})


def built_again(scene: Broken) -> None:
    scene.build(scene.image)
    scene.develop(volumes=scene.mount)


def its_path_in_the_environment(scene: Broken) -> None:
    packages = f"{scene.venv}/lib/python3.13/site-packages"
    scene.develop(volumes=scene.mount, environment={"PYTHONPATH": packages})


def installed_into_the_folder(scene: Broken) -> None:
    install = f"pip --python {scene.venv}/bin/python install --no-cache-dir --no-index /wheels/*.whl"
    script = f"python -m venv --without-pip {scene.venv} && {install} && exec python main.py"
    owner = f"{os.getuid()}:{os.getgid()}"
    scene.develop(["sh", "-c", script], volumes=scene.mount, user=owner)


SAYS = "what the container for development says"
INSTALLED = "the package in the project's folder, but for its wheel"
ADDED = (
    "a module that is added beside main.py, and imported, in a container like yours on a copy of the folder"
)

REFERENCE = outside_the_mount
OTHERS = (a_volume_over_the_hole, the_project_elsewhere)
NEAR_MISSES = {
    "no mount": (without_the_mount, ADDED),
    "a mount of main.py alone": (one_file_alone, ADDED),
    "the same image, built again": (built_again, SAYS),
    "PYTHONPATH to a hidden folder": (its_path_in_the_environment, SAYS),
    "installed into the mounted folder": (installed_into_the_folder, INSTALLED),
}
