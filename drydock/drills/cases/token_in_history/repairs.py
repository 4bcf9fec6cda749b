"""Repairs of a build that needs a token."""

from __future__ import annotations

from drydock.drills.cases.token_in_history.broken import Broken


def a_secret_mount(scene: Broken) -> None:
    """The token is a file for one step. It is in memory, and in no layer."""
    scene.make(
        f"--secret=id={scene.secret},src={scene.folder}/token.txt",
        steps=f"RUN --mount=type=secret,id={scene.secret} python unlock.py < /run/secrets/{scene.secret}",
    )


def opened_in_a_first_stage(scene: Broken) -> None:
    """The first stage has all, and is left behind; the token still comes as a secret."""
    scene.write(
        "Dockerfile",
        f"""\
FROM python:3.13-slim AS opener
WORKDIR /app
COPY . .
RUN --mount=type=secret,id={scene.secret},target=/key,required=true cp /key key && python unlock.py < key

FROM python:3.13-slim
COPY --from=opener /app/{scene.opened} /
CMD ["cat", "/{scene.opened}"]
""",
    )
    scene.build(scene.image, scene.as_secret)


def deleted_in_the_next_step(scene: Broken) -> None:
    mount = f"--mount=type=secret,id={scene.secret}"
    scene.make(
        scene.as_secret,
        steps=f"RUN {mount} cp /run/secrets/{scene.secret} key\nRUN python unlock.py < key && rm key",
    )


def overwritten(scene: Broken) -> None:
    scene.make(
        scene.as_argument,
        steps=f"ARG {scene.variable}\n"
        f'RUN printf %s "${scene.variable}" | python unlock.py\n'
        f"ENV {scene.variable}=",
    )


def the_folder_copied_whole(scene: Broken) -> None:
    mount = f"--mount=type=secret,id={scene.secret}"
    scene.make(scene.as_secret, steps=f"COPY . .\nRUN {mount} python unlock.py < /run/secrets/{scene.secret}")


def an_argument_in_a_first_stage(scene: Broken) -> None:
    scene.write(
        "Dockerfile",
        f"""\
FROM python:3.13-slim AS opener
ARG {scene.variable}
WORKDIR /app
COPY unlock.py {scene.locked} ./
RUN printf %s "${scene.variable}" | python unlock.py

FROM python:3.13-slim
COPY --from=opener /app/{scene.opened} /
CMD ["cat", "/{scene.opened}"]
""",
    )
    scene.build(scene.image, scene.as_argument)


def opened_before_the_build(scene: Broken) -> None:
    scene.write(scene.opened, scene.text)
    scene.make(steps=f"COPY {scene.opened} .")


REFERENCE = a_secret_mount
OTHERS = (opened_in_a_first_stage,)
NEAR_MISSES = {
    "deleted in the next step": (deleted_in_the_next_step, "places with the token in the image"),
    "overwritten": (overwritten, "places with the token in the image"),
    "the whole folder copied": (the_folder_copied_whole, "places with the token in the image"),
    "an argument, in a first stage": (
        an_argument_in_a_first_stage,
        "the folder, built with another token, as a secret",
    ),
    "opened before the build": (opened_before_the_build, "what the image of that build prints"),
}
