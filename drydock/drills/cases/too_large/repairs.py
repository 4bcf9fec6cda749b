"""Repairs of an image with a toolchain in it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from drydock.archives import opened
from drydock.drills.cases.too_large.broken import Broken

RUNS = 'ENTRYPOINT ["python", "/app/ask.py"]'


def two_stages(scene: Broken) -> None:
    """The first stage compiles. The image is the last stage, on the slim base, and takes one file from the first."""
    scene.make(f"""\
FROM python:3.13 AS builder
WORKDIR /app
COPY {scene.word}.c .
RUN {scene.compile}

FROM python:3.13-slim
WORKDIR /app
COPY --from=builder {scene.part} {scene.part}
COPY ask.py .
ENTRYPOINT ["python", "/app/ask.py"]
""")


def compiled_before_the_build(scene: Broken) -> None:
    """A container compiles, and the file is copied out of it: for the build it is a file as any other."""
    script = f'printf %s "$SOURCE" > {scene.word}.c && {scene.compile}'
    yard = scene.run(
        scene.name("yard"),
        "python:3.13",
        ["sh", "-c", script],
        environment={"SOURCE": scene.source},
        working_dir="/app",
    )
    yard.wait()
    packed = io.BytesIO(b"".join(yard.get_archive(scene.part)[0]))
    name = Path(scene.part).name
    with tarfile.open(fileobj=packed) as archive:
        (scene.folder / name).write_bytes(opened(archive, name).read())
    scene.remove(scene.name("yard"))
    scene.make(f"""\
FROM python:3.13-slim
WORKDIR /app
COPY {name} {scene.part}
COPY ask.py .
{RUNS}
""")


def deleted_at_the_end(scene: Broken) -> None:
    scene.make(f"""\
FROM python:3.13
WORKDIR /app
COPY {scene.word}.c .
RUN {scene.compile}
COPY ask.py .
RUN rm -rf /usr/lib/gcc /usr/libexec/gcc /usr/include /usr/bin/*gcc* /usr/bin/git
{RUNS}
""")


def never_compiled(scene: Broken) -> None:
    scene.make(f"FROM python:3.13-slim\nWORKDIR /app\nCOPY {scene.word}.c ask.py ./\n{RUNS}\n")


def an_answer_by_heart(scene: Broken) -> None:
    scene.write("ask.py", f"print({scene.answer(24)!r})\n")
    scene.make(f"FROM python:3.13-slim\nWORKDIR /app\nCOPY ask.py .\n{RUNS}\n")


def the_compiler_comes_along(scene: Broken) -> None:
    scene.make(f"""\
FROM python:3.13 AS builder
WORKDIR /app
COPY {scene.word}.c .
RUN {scene.compile} && cp -L "$(command -v gcc)" /gcc

FROM python:3.13-slim
WORKDIR /app
COPY --from=builder {scene.part} {scene.part}
COPY --from=builder /gcc /usr/local/bin/gcc
COPY ask.py .
{RUNS}
""")


REFERENCE = two_stages
OTHERS = (compiled_before_the_build,)
NEAR_MISSES = {
    "deleted in a later step": (deleted_at_the_end, "size of the image"),
    "the slim base, and nothing compiled": (never_compiled, "what the image answers"),
    "an answer by heart": (an_answer_by_heart, "what the image answers"),
    "the compiler's driver comes along": (
        the_compiler_comes_along,
        "a compiler in the layers of the image",
    ),
}
