"""The wheels of the version that is asked for are for another Python, another C library, or another processor."""

from __future__ import annotations

import io
import tarfile
from functools import cached_property

from drydock.archives import opened
from drydock.drills.cases.every_build_reinstalls import wheels
from drydock.drills.cases.no_matching_wheel.package import BACKEND, PYPROJECT, SOURCE
from drydock.drills.scene import Scene

INSTALL = "pip install --no-cache-dir --root-user-action=ignore --no-index --find-links=wheels"
PROGRAM = '''\
"""Which Python this is, what kind of module {scene.package} is, and what it answers."""
import sys

import {scene.package}

python = ".".join(str(part) for part in sys.version_info[:2])
kind = {scene.package}.__file__.rpartition(".")[2]
print(python, kind, *({scene.package}.{scene.word}(int(number)) for number in sys.argv[1:]))
'''
# What the wheels of the version that is asked for are made for: Python, platform, and the end of the module's name.
UNFIT = {
    "Python": (
        ("cp312", "linux_{machine}", "cpython-312-{machine}-linux-gnu"),
        ("cp311", "linux_{machine}", "cpython-311-{machine}-linux-gnu"),
    ),
    "C library": (
        ("cp313", "musllinux_1_2_{machine}", "cpython-313-{machine}-linux-musl"),
        ("cp312", "linux_{machine}", "cpython-312-{machine}-linux-gnu"),
    ),
    "processor": (
        ("cp313", "linux_{other}", "cpython-313-{other}-linux-gnu"),
        ("cp313", "macosx_11_0_arm64", "cpython-313-darwin"),
    ),
}
NEWEST = (("cp314", "linux_{machine}", "cpython-314-{machine}-linux-gnu"),)


class Broken(Scene):
    """A folder with a Dockerfile, and a package as source and as wheels."""

    @cached_property
    def package(self) -> str:
        return self.pick("package", ("keel", "ballast", "rigging"))

    @cached_property
    def word(self) -> str:
        return self.pick("word", ("trim", "heel", "strain"))

    @cached_property
    def factor(self) -> int:
        return self.pick("factor", range(11, 1000))

    @cached_property
    def begin(self) -> int:
        return self.pick("begin", range(100, 10000))

    @cached_property
    def versions(self) -> list[str]:
        """The version that is asked for, the one whose wheel fits, and one that is newer still."""
        major = self.pick("major", range(1, 7))
        return [f"{major}.{minor}" for minor in self.pick("minors", ((1, 2, 3), (4, 6, 7), (0, 1, 4)))]

    @cached_property
    def unfit(self) -> str:
        return self.pick("unfit", sorted(UNFIT))

    def answer(self, *numbers: int) -> str:
        """Return what the program prints for these numbers, on the right Python, with the right module."""
        return " ".join(["3.13 so", *(str((n * self.factor + self.begin) % 10007) for n in numbers)])

    def dockerfile(self, base: str, *instructions: str) -> None:
        """Write a Dockerfile of one stage: its base, what installs the package, and the program."""
        end = ["COPY survey.py .", 'ENTRYPOINT ["python", "survey.py"]']
        self.write("Dockerfile", "\n".join([f"FROM {base}", "WORKDIR /app", *instructions, *end]) + "\n")

    def start(self) -> None:
        asked, fitting, newest = self.versions
        self.write(f"source/{self.package}.c", SOURCE.format(scene=self))
        self.write("source/backend.py", BACKEND)
        self.write("source/pyproject.toml", PYPROJECT.format(scene=self, version=asked))
        self.write("survey.py", PROGRAM.format(scene=self))
        self.write("requirements.txt", f"{self.package}=={asked}\n")
        machine = self.compiled(fitting).removesuffix(".whl").partition("-linux_")[2]
        self.pretended(asked, machine, UNFIT[self.unfit])
        self.pretended(newest, machine, NEWEST)
        self.dockerfile(
            "python:3.13-slim",
            "COPY requirements.txt .",
            "COPY wheels wheels",
            f"RUN {INSTALL} -r requirements.txt",
        )

    def compiled(self, version: str) -> str:
        """Put a wheel for Python 3.13 on this engine's platform beside the others, and return its name."""
        texts = {
            "PROJECT": PYPROJECT.format(scene=self, version=version),
            "BACKEND": BACKEND,
            "SOURCE": SOURCE.format(scene=self),
        }
        script = (
            'printf %s "$PROJECT" > pyproject.toml; printf %s "$BACKEND" > backend.py; '
            f'printf %s "$SOURCE" > {self.package}.c; mkdir /wheels; '
            "python -c 'import backend; backend.build_wheel(\"/wheels\")'"
        )
        yard = self.run(
            self.name("yard"), "python:3.13", ["sh", "-ec", script], environment=texts, working_dir="/source"
        )
        if yard.wait()["StatusCode"]:
            raise RuntimeError(yard.logs().decode(errors="replace"))
        packed = io.BytesIO(b"".join(yard.get_archive("/wheels")[0]))
        with tarfile.open(fileobj=packed) as archive:
            name = next(name for name in archive.getnames() if name.endswith(".whl"))
            (self.folder / "wheels").mkdir(exist_ok=True)
            (self.folder / name).write_bytes(opened(archive, name).read())
        self.remove(self.name("yard"))
        return name

    def pretended(self, version: str, machine: str, kinds: tuple[tuple[str, str, str], ...]) -> None:
        """Write wheels that nothing here can load, so what they hold does not matter."""
        other = "x86_64" if machine == "aarch64" else "aarch64"
        for python, platform, suffix in kinds:
            tag = f"{python}-{python}-{platform}".format(machine=machine, other=other)
            module = f"{self.package}.{suffix}.so".format(machine=machine, other=other)
            wheels.write(
                self.folder / "wheels", self.package, version, {module: b"not for this system\n"}, tag
            )
