"""Repairs of the order in the Dockerfile."""

from __future__ import annotations

from drydock.drills.cases.every_build_reinstalls.broken import INSTALL, OLD, Broken


def packages_first(scene: Broken) -> None:
    """Copy what the packages depend on, install them, and copy the code last."""
    scene.dockerfile(
        "COPY requirements.txt .",
        "COPY wheels wheels",
        f"RUN {INSTALL} -r requirements.txt",
        f"COPY {scene.program} .",
    )


def bound_for_one_step(scene: Broken) -> None:
    """The step that installs sees two things of the folder, and copies neither."""
    scene.dockerfile(
        "RUN --mount=type=bind,source=requirements.txt,target=/mnt/requirements.txt"
        " --mount=type=bind,source=wheels,target=/mnt/wheels"
        f" {INSTALL.replace('=wheels', '=/mnt/wheels')} -r /mnt/requirements.txt",
        "COPY . .",
    )


def in_a_stage_of_their_own(scene: Broken) -> None:
    """The packages are made where the code never comes."""
    scene.write(
        "Dockerfile",
        f"""\
FROM python:3.13-slim AS packages
COPY requirements.txt .
COPY wheels wheels
RUN {INSTALL} --target=/packages -r requirements.txt

FROM python:3.13-slim
ENV PYTHONPATH=/packages
WORKDIR /app
COPY --from=packages /packages /packages
COPY . .
CMD ["python", "{scene.program}"]
""",
    )


def only_a_cache_mount(scene: Broken) -> None:
    install = INSTALL.replace("--no-cache-dir ", "")
    scene.dockerfile(
        "COPY . .", f"RUN --mount=type=cache,target=/root/.cache/pip {install} -r requirements.txt"
    )


def the_code_ignored(scene: Broken) -> None:
    scene.write(".dockerignore", f"{scene.program}\n")
    scene.dockerfile("COPY . .", f"RUN {INSTALL} -r requirements.txt")


def versions_in_the_dockerfile(scene: Broken) -> None:
    scene.dockerfile(
        "COPY wheels wheels",
        f"RUN {INSTALL} {scene.first}=={OLD} {scene.second}=={OLD}",
        "COPY . .",
    )


REFERENCE = packages_first
OTHERS = (bound_for_one_step, in_a_stage_of_their_own)
NEAR_MISSES = {
    "a cache mount alone": (only_a_cache_mount, "the packages before and after that edit"),
    "the code ignored": (the_code_ignored, "the image built from the folder"),
    "versions in the Dockerfile": (
        versions_in_the_dockerfile,
        "version of the package for which requirements.txt asks for another one",
    ),
}
