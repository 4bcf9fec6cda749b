"""What compiles a small part in C is in the image for good."""

from __future__ import annotations

from functools import cached_property

from drydock.drills.scene import Scene

BASE = "python:3.13-slim"
FUNCTION = """\
/* How far a convoy has come after so many hours. */
#include <stdio.h>
#include <stdlib.h>

unsigned long {scene.word}(unsigned long hours)
{{
    unsigned long way = {scene.begin};
    for (unsigned long hour = 1; hour <= hours; hour++)
        way = (way * {scene.factor} + hour) % 10007;
    return way;
}}
"""
MAIN = """
int main(int count, char **words)
{{
    printf("%lu\\n", {scene.word}(count > 1 ? strtoul(words[1], NULL, 10) : 0));
    return 0;
}}
"""
CALLS_A_PROGRAM = '''\
"""How far a convoy has come: the way is computed by a program in C."""
import subprocess
import sys

done = subprocess.run(["{scene.part}", sys.argv[1]], check=True, capture_output=True, text=True)
print("{scene.word}:", done.stdout.strip())
'''
CALLS_A_LIBRARY = '''\
"""How far a convoy has come: the way is computed by a library in C."""
import ctypes
import sys

library = ctypes.CDLL("{scene.part}")
library.{scene.word}.argtypes, library.{scene.word}.restype = [ctypes.c_ulong], ctypes.c_ulong
print("{scene.word}:", library.{scene.word}(int(sys.argv[1])))
'''


class Broken(Scene):
    """An image with a Python program and a part of it that is written in C."""

    @cached_property
    def image(self) -> str:
        return self.name(self.pick("image", ("convoy", "plotter", "pilotage")))

    @cached_property
    def word(self) -> str:
        return self.pick("word", ("way", "reach", "passage"))

    @cached_property
    def spare(self) -> int:
        """By how much the image may be larger than the slim base, in MB."""
        return self.pick("spare", (10, 15, 20))

    @cached_property
    def is_library(self) -> bool:
        return self.pick("kind", (True, False))

    @cached_property
    def builds_on_the_first_stage(self) -> bool:
        """There is a second stage, which stands on the first."""
        return self.pick("stages", (True, False))

    @cached_property
    def begin(self) -> int:
        return self.pick("begin", range(100, 1000))

    @cached_property
    def factor(self) -> int:
        return self.pick("factor", range(3, 90))

    @property
    def part(self) -> str:
        """The compiled part's place in the image."""
        return f"/usr/local/lib/lib{self.word}.so" if self.is_library else f"/usr/local/bin/{self.word}"

    @property
    def compile(self) -> str:
        """The command that makes the compiled part."""
        return f"gcc {'-shared -fPIC ' if self.is_library else ''}-O2 -o {self.part} {self.word}.c"

    @property
    def source(self) -> str:
        return (FUNCTION if self.is_library else FUNCTION + MAIN).format(scene=self)

    def answer(self, hours: int) -> str:
        """Return what the program prints for a number."""
        way = self.begin
        for hour in range(1, hours + 1):
            way = (way * self.factor + hour) % 10007
        return f"{self.word}: {way}"

    def make(self, dockerfile: str) -> None:
        """Write the Dockerfile, and build the image."""
        self.write("Dockerfile", dockerfile)
        self.build(self.image)

    def start(self) -> None:
        self.write(f"{self.word}.c", self.source)
        program = CALLS_A_LIBRARY if self.is_library else CALLS_A_PROGRAM
        self.write("ask.py", program.format(scene=self))
        second = "\nFROM builder\n" if self.builds_on_the_first_stage else ""
        self.make(f"""\
FROM python:3.13 AS builder
WORKDIR /app
COPY {self.word}.c .
RUN {self.compile}
{second}COPY ask.py .
ENTRYPOINT ["python", "/app/ask.py"]
""")
