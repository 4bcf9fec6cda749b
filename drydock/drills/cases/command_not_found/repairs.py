"""Repairs of an image in which a command is not found."""

from __future__ import annotations

from drydock.drills.cases.command_not_found.broken import Broken


def in_the_configuration(scene: Broken) -> None:
    """ENV is for each process of a container; the folders of the base image stay."""
    scene.make(f"ENV PATH={scene.venv}/bin:$PATH")


def linked(scene: Broken) -> None:
    """A link in a folder that PATH has already; the script's first line names the environment's Python."""
    scene.make(f"RUN ln -s {scene.venv}/bin/{scene.tool} /usr/local/bin/")


def without_the_rest(scene: Broken) -> None:
    scene.make(f"ENV PATH={scene.venv}/bin")


def by_its_full_path(scene: Broken) -> None:
    scene.make(f'ENTRYPOINT ["{scene.venv}/bin/{scene.tool}"]')


def on_the_other_python(scene: Broken) -> None:
    copy = f"/usr/local/bin/{scene.tool}"
    scene.make(
        f"RUN sed '1s|.*|#!/usr/local/bin/python|' {scene.venv}/bin/{scene.tool} > {copy} && chmod 755 {copy}"
    )


def more_rights(scene: Broken) -> None:
    scene.make(f"RUN chmod -R 777 {scene.venv}")


def in_one_container(scene: Broken) -> None:
    path = f"{scene.venv}/bin:/usr/local/bin:/usr/bin:/bin"
    scene.run(scene.tried, scene.image, environment={"PATH": path})


RUN = "what `docker run` of the image with the command's name prints"
REFERENCE = in_the_configuration
OTHERS = (linked,)
NEAR_MISSES = {
    "PATH, and nothing else in it": (without_the_rest, "a program of the base image, `ls`"),
    "the full path as the entry point": (by_its_full_path, "what `docker exec` of the command's name prints"),
    "a copy for the base's Python": (on_the_other_python, RUN),
    "more rights": (more_rights, RUN),
    "a variable of one container": (in_one_container, RUN),
}
