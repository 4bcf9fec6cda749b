"""The project's folder is mounted over the folder in which the image has its packages."""

from __future__ import annotations

import zipfile
from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene

DOCKERFILE = """\
FROM python:3.13-slim
WORKDIR {place}
ENV PATH={venv}/bin:$PATH PYTHONDONTWRITEBYTECODE=1
COPY wheels /wheels
RUN python -m venv --without-pip {venv} && \\
    pip --python {venv}/bin/python install --no-cache-dir --no-index /wheels/*.whl
COPY main.py .
CMD ["python", "main.py"]
"""
PROGRAM = """\
import time

import {package}

print("{notice}:", {package}.measure(), flush=True)
while True:
    time.sleep(1)
"""
PACKAGE = """\
def measure():
    return "{answer}"
"""


class Broken(Scene):
    """A service in production, and the same image with the project's folder over it in development."""

    @cached_property
    def web(self) -> str:
        return self.name(self.pick("web", ("pilot", "chart", "survey", "sounding")))

    @property
    def dev(self) -> str:
        return f"{self.web}-dev"

    @property
    def image(self) -> str:
        return self.name("image")

    @property
    def volume(self) -> str:
        return self.name("packages")

    @cached_property
    def place(self) -> str:
        """The project's folder in the image."""
        return self.pick("place", ("/app", "/code", "/srv/app"))

    @cached_property
    def venv(self) -> str:
        """The virtual environment in the image."""
        return f"{self.place}/{self.pick('venv', ('.venv', 'venv', 'env'))}"

    @cached_property
    def package(self) -> str:
        return self.pick("package", ("sextant", "leadline", "astrolabe", "tidetable"))

    @cached_property
    def notice(self) -> str:
        return self.pick("notice", ("measured", "we are at", "the answer is"))

    @cached_property
    def answer(self) -> str:
        return self.pick("answer", ("7 fathoms", "55 degrees north", "high water at noon"))

    @property
    def line(self) -> str:
        """What the program says when its package is there."""
        return f"{self.notice}: {self.answer}"

    @property
    def mount(self) -> dict[str, dict[str, str]]:
        """The project's folder over the image's."""
        return {str(self.folder): {"bind": self.place, "mode": "rw"}}

    def dockerfile(self, venv: str) -> str:
        """Return the Dockerfile, with the virtual environment in this folder."""
        return DOCKERFILE.format(place=self.place, venv=venv)

    def develop(self, command: list[str] | None = None, **options: Any) -> None:
        """Run the container for development, in place of the one that is there."""
        self.run(self.dev, self.image, command, init=True, **options)

    def start(self) -> None:
        self.write("Dockerfile", self.dockerfile(self.venv))
        self.write("main.py", PROGRAM.format(package=self.package, notice=self.notice))
        self.write_wheel(PACKAGE.format(answer=self.answer))
        self.build(self.image)
        self.run(self.web, self.image, init=True)
        self.develop(volumes=self.mount)
        self.client.containers.get(self.dev).wait()

    def write_wheel(self, code: str) -> None:
        """Write the package as a wheel, which pip installs without an index.

        Source: Python Packaging User Guide, Binary distribution format.
        """
        about = f"{self.package}-1.0.dist-info"
        files = {
            f"{self.package}/__init__.py": code,
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {self.package}\nVersion: 1.0\n",
            f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        files[f"{about}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{about}/RECORD"))
        # Without a time of its own in it, the builder finds the same wheel again.
        with zipfile.ZipFile(self.write(f"wheels/{self.package}-1.0-py3-none-any.whl", ""), "w") as wheel:
            for name, text in files.items():
                wheel.writestr(zipfile.ZipInfo(name), text)
