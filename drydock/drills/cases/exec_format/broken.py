"""An image for a gauge, and the vendor's programs for the server and for the boards at the quay."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property

from docker.errors import APIError

from drydock.drills.cases.exec_format.programs import MACHINES, program
from drydock.drills.scene import Scene

DOCKERFILE = """\
FROM scratch
{lines}
ENTRYPOINT ["/{tool}"]
"""


class Broken(Scene):
    """The image holds the boards' program: it was built for them, or the Dockerfile takes nothing else."""

    @cached_property
    def tool(self) -> str:
        return self.pick("tool", ("gauge", "windvane", "foghorn", "sounder"))

    @property
    def image(self) -> str:
        return self.name(self.tool)

    @property
    def tried(self) -> str:
        """The container of the colleague's attempt."""
        return self.name("tried")

    @cached_property
    def reading(self) -> str:
        return f"{self.tool}: " + self.pick(
            "reading", ("4.2 m, rising", "0.7 m, falling", "1.9 m, slack water")
        )

    @cached_property
    def board(self) -> str:
        """The boards' machine: unlike arm64 or riscv64, one for which Docker Desktop brings no emulator."""
        return self.pick("board", ("mips", "mipsle"))

    @cached_property
    def native(self) -> str:
        """The engine's own machine, as in an image's `Architecture`."""
        return str(self.client.version()["Arch"])

    @cached_property
    def in_the_dockerfile(self) -> bool:
        """Whether the Dockerfile is to blame, or else the command that built it."""
        return self.pick("place", (True, False))

    def program(self, machine: str) -> bytes:
        return program(machine, self.reading)

    def dockerfile(self, *lines: str) -> None:
        text = DOCKERFILE.format(lines="\n".join(lines), tool=self.tool)
        self.write("Dockerfile", text)

    def copy(self, machine: str) -> str:
        """The line that takes a machine's program; `machine` may be a build argument."""
        return f"COPY bin/{machine}/{self.tool} /{self.tool}"

    def build_for_boards(self, *options: str) -> None:
        # Without an attestation: with one, even an image for a single machine would be an index.
        self.build(self.image, f"--platform=linux/{self.board}", "--provenance=false", *options)

    def start(self) -> None:
        for machine in MACHINES:
            file = self.folder / "bin" / machine / self.tool
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self.program(machine))
            file.chmod(0o755)
        if self.in_the_dockerfile:
            self.dockerfile(self.copy(self.board))
            self.build(self.image)
        else:
            self.dockerfile("ARG TARGETARCH", self.copy("$TARGETARCH"))
            self.build_for_boards()
        with suppress(APIError):  # a runtime may refuse the start itself; most write it into the log
            self.run(self.tried, self.image).wait()
