"""Repairs of an installation for which no wheel fits."""

from __future__ import annotations

from drydock.drills.cases.no_matching_wheel.broken import INSTALL, Broken


def a_version_whose_wheel_fits(scene: Broken) -> None:
    """Of the versions in the folder one has a wheel for this Python and this platform: ask for that one."""
    _asked, fitting, _newest = scene.versions
    scene.write("requirements.txt", f"{scene.package}=={fitting}\n")


def built_in_a_first_stage(scene: Broken) -> None:
    """The version stays, and a stage with a compiler makes the wheel that is missing."""
    scene.write(
        "Dockerfile",
        f"""\
FROM python:3.13 AS builder
COPY source /source
RUN pip wheel --no-cache-dir --no-index --no-deps --wheel-dir=/wheels /source

FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt .
COPY --from=builder /wheels wheels
RUN {INSTALL} -r requirements.txt
COPY survey.py .
ENTRYPOINT ["python", "survey.py"]
""",
    )


def renamed(scene: Broken) -> None:
    asked, fitting, _newest = scene.versions
    unfit, good = (
        next(scene.folder.glob(f"wheels/*-{version}-cp31[123]-*.whl")) for version in (asked, fitting)
    )
    unfit.rename(good.with_name(good.name.replace(f"-{fitting}-", f"-{asked}-")))


def unpacked_by_hand(scene: Broken) -> None:
    unfit = next(scene.folder.glob(f"wheels/*-{scene.versions[0]}-*.whl")).name
    scene.dockerfile("python:3.13-slim", "COPY wheels wheels", f"RUN python -m zipfile -e wheels/{unfit} .")


def the_compiler_stays(scene: Broken) -> None:
    scene.dockerfile(
        "python:3.13",
        "COPY source source",
        "RUN pip install --no-cache-dir --root-user-action=ignore --no-index ./source",
    )


def something_of_that_name(scene: Broken) -> None:
    scene.write(
        f"{scene.package}.py",
        f"def {scene.word}(number):\n    return (number * {scene.factor} + {scene.begin}) % 10007\n",
    )
    scene.dockerfile("python:3.13-slim", f"COPY {scene.package}.py .")


REFERENCE = a_version_whose_wheel_fits
OTHERS = (built_in_a_first_stage,)
NEAR_MISSES = {
    "a wheel renamed": (renamed, "what the image prints for three numbers"),
    "a wheel unpacked by hand": (unpacked_by_hand, "what the image prints for three numbers"),
    "the compiler stays": (the_compiler_stays, "a compiler in a container from the image"),
    "something of that name": (something_of_that_name, "what the image prints for three numbers"),
}
