"""An image with a virtual environment, and a line that was meant to make its commands known."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property

from docker.errors import APIError

from drydock.drills.scene import Scene

# In the environment alone there is the module that the command needs.
DOCKERFILE = """\
FROM python:3.13-slim
RUN python -m venv --without-pip {venv}
COPY harbourbook.py {venv}/lib/python3.13/site-packages/
COPY --chmod=755 {tool} {venv}/bin/
{line}
CMD ["{tool}"]
"""
SCRIPT = """\
#!{venv}/bin/python
import harbourbook
print("{tool}:", harbourbook.ENTRIES, "entries")
"""
# What the colleague has tried.
LINES = (
    "RUN export PATH={venv}/bin:$PATH",
    "RUN . {venv}/bin/activate",
    "ENV PATH={venv}:$PATH",
    "ENV VIRTUAL_ENV={venv}",
    "RUN echo 'PATH={venv}/bin:$PATH' >> /root/.profile",
)


class Broken(Scene):
    """The command is installed, and is not found."""

    @cached_property
    def tool(self) -> str:
        return self.pick("tool", ("tally", "manifest", "crewlist", "logbook"))

    @property
    def image(self) -> str:
        return self.name(self.tool)

    @property
    def tried(self) -> str:
        """The container of the colleague's attempt."""
        return self.name("tried")

    @cached_property
    def venv(self) -> str:
        return self.pick("venv", ("/opt/venv", "/venv", "/srv/env"))

    @cached_property
    def entries(self) -> int:
        return self.pick("entries", range(20, 90))

    @property
    def answer(self) -> str:
        """What the command prints."""
        return f"{self.tool}: {self.entries} entries"

    @cached_property
    def line(self) -> str:
        """The line that was meant to help."""
        return self.pick("line", LINES).format(venv=self.venv)

    def make(self, *lines: str) -> None:
        """Build the image with these lines in the place of the colleague's."""
        text = DOCKERFILE.format(venv=self.venv, tool=self.tool, line="\n".join(lines))
        self.write("Dockerfile", text)
        self.build(self.image)

    def start(self) -> None:
        self.write("harbourbook.py", f"ENTRIES = {self.entries}\n")
        self.write(self.tool, SCRIPT.format(venv=self.venv, tool=self.tool))
        self.make(self.line)
        tried = self.client.containers.create(self.image, name=self.tried)
        with suppress(APIError):  # the engine refuses to start it: that is the drill
            tried.start()
