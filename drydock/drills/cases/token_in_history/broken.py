"""The token comes into the build as an argument, as a variable, or as a file, and each of these is kept."""

from __future__ import annotations

import hashlib
from functools import cached_property

from drydock.drills.scene import Scene

UNLOCK = '''\
"""Unlock {scene.locked} with the token on the standard input, and write {scene.opened}."""
import hashlib
import pathlib
import sys

token = sys.stdin.read().strip()
seal, _, locked = pathlib.Path("{scene.locked}").read_text().strip().partition(":")
data = bytes.fromhex(locked)
key = hashlib.shake_256(token.encode()).digest(len(data))
text = bytes(a ^ b for a, b in zip(data, key))
if hashlib.sha256(token.encode() + text).hexdigest() != seal:
    sys.exit("{scene.locked} does not open: no token, or a wrong one")
pathlib.Path("{scene.opened}").write_bytes(text)
'''
LEAKS = {
    "argument": 'ARG {scene.variable}\nRUN printf %s "${scene.variable}" | python unlock.py',
    "variable": "ARG {scene.variable}\nENV {scene.variable}=${scene.variable}\n"
    'RUN printf %s "${scene.variable}" | python unlock.py',
    "file": "COPY token.txt .\nRUN python unlock.py < token.txt && rm token.txt",
}


def lock(token: str, text: str) -> str:
    """Return a text so that only this token opens it; good for a drill, and for nothing else."""
    data = text.encode()
    key = hashlib.shake_256(token.encode()).digest(len(data))
    locked = bytes(a ^ b for a, b in zip(data, key, strict=True))
    return f"{hashlib.sha256(token.encode() + data).hexdigest()}:{locked.hex()}\n"


class Broken(Scene):
    """A folder with a locked file, and an image in which it is open."""

    @cached_property
    def image(self) -> str:
        return self.name(self.pick("image", ("desk", "customs", "office")))

    @cached_property
    def thing(self) -> str:
        return self.pick("thing", ("chart", "manifest", "roster"))

    @property
    def locked(self) -> str:
        return f"{self.thing}.locked"

    @property
    def opened(self) -> str:
        return f"{self.thing}.txt"

    @cached_property
    def text(self) -> str:
        """What is locked."""
        return self.pick("text", ("12 berths, of which 5 are free", "3 pilots on duty", "40 casks of tar"))

    @cached_property
    def token(self) -> str:
        return f"mole-{self.pick('token', range(16**12)):012x}"

    @cached_property
    def variable(self) -> str:
        return self.pick("variable", ("ACCESS_TOKEN", "DEPOT_TOKEN", "UNLOCK_TOKEN"))

    @cached_property
    def secret(self) -> str:
        """The id under which the build gets the token as a secret."""
        return self.pick("secret", ("depot", "harbour", "vault"))

    @cached_property
    def leak(self) -> str:
        return self.pick("leak", sorted(LEAKS))

    def make(self, *options: str, steps: str) -> None:
        """Write the Dockerfile with these steps after its COPY, and build the image."""
        self.write(
            "Dockerfile",
            f"""\
FROM python:3.13-slim
WORKDIR /app
COPY unlock.py {self.locked} ./
{steps}
CMD ["cat", "{self.opened}"]
""",
        )
        self.build(self.image, *options)

    @property
    def as_secret(self) -> str:
        """The option that gives the build the token as a secret."""
        return f"--secret=id={self.secret},src={self.folder / 'token.txt'}"

    @property
    def as_argument(self) -> str:
        """The option that gives the build the token as an argument."""
        return f"--build-arg={self.variable}={self.token}"

    def start(self) -> None:
        self.write("token.txt", self.token)
        self.write(self.locked, lock(self.token, self.text))
        self.write("unlock.py", UNLOCK.format(scene=self))
        options = [] if self.leak == "file" else [self.as_argument]
        self.make(*options, steps=LEAKS[self.leak].format(scene=self))
