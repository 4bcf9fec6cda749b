"""Repairs of the image that holds another machine's program."""

from __future__ import annotations

from drydock.drills.cases.exec_format.broken import Broken


def follows_the_platform(scene: Broken) -> None:
    """The Dockerfile takes the program of the target machine, and without --platform that is the engine's own."""
    scene.dockerfile("ARG TARGETARCH", scene.copy("$TARGETARCH"))
    scene.build(scene.image)


def a_stage_for_each(scene: Broken) -> None:
    """One stage for each machine: the last `FROM` chooses."""
    stages = [f"FROM scratch AS for-{name}\n{scene.copy(name)}\n" for name in (scene.native, scene.board)]
    last = f'FROM for-$TARGETARCH\nENTRYPOINT ["/{scene.tool}"]\n'
    scene.write("Dockerfile", "".join([*stages, last]))
    scene.build(scene.image, f"--platform=linux/{scene.native}")


def built_again(scene: Broken) -> None:
    scene.dockerfile("ARG TARGETARCH", scene.copy("$TARGETARCH"))
    scene.build_for_boards("--no-cache")


def made_executable(scene: Broken) -> None:
    scene.dockerfile(scene.copy(scene.board).replace("COPY", "COPY --chmod=777"))
    scene.build(scene.image)


def in_a_shell(scene: Broken) -> None:
    scene.write("Dockerfile", f"FROM python:3.13-slim\n{scene.copy(scene.board)}\nCMD /{scene.tool}\n")
    scene.build(scene.image)


def fixed_for_the_server(scene: Broken) -> None:
    scene.dockerfile(scene.copy(scene.native))
    scene.build(scene.image)


def under_a_false_flag(scene: Broken) -> None:
    scene.dockerfile(scene.copy(scene.native))
    scene.build_for_boards()


RUNS = "what `docker run` of the image prints"
REFERENCE = follows_the_platform
OTHERS = (a_stage_for_each,)
NEAR_MISSES = {
    "built again, in the same way": (built_again, RUNS),
    "more rights for the file": (made_executable, RUNS),
    "a shell that starts it": (in_a_shell, RUNS),
    "the server's program, and no other": (
        fixed_for_the_server,
        "the program in the image that the folder gives for the boards",
    ),
    "the server's program, in an image for the boards": (
        under_a_false_flag,
        "the machine for which the image says that it is",
    ),
}
