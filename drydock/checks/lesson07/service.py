"""The service of the tasks, Harbour's lookout, and ways to ask it."""

from __future__ import annotations

from typing import Any

import docker
from docker.models.containers import Container

from drydock import project
from drydock.checks.see import See
from drydock.reach import GET
from drydock.text import _

IMAGE = "python:3.13-slim"
LOOKOUT = (project.TEMPLATE / "07" / "lookout.py").read_text()
PORT = 8000
# Print the IPv4 addresses of the container's network namespace, but for the loopback's.
ADDRESSES = """
import re
text = open("/proc/net/fib_trie").read()
found = re.findall(r"\\|-- (\\S+)\\n\\s+/32 host LOCAL", text)
print(*sorted({address for address in found if not address.startswith("127.")}))
"""


def start(client: docker.DockerClient, name: str, **options: Any) -> Container:
    """Start the lookout in a container; its name in the answers is the container's, without `dd-`."""
    environment = {"NAME": name.removeprefix("dd-"), **options.pop("environment", {})}
    return client.containers.run(
        IMAGE, ["python", "-c", LOOKOUT], name=name, detach=True, environment=environment, **options
    )


def asked(see: See, container: Container, url: str) -> str:
    """Return what a running container gets when it asks a URL: the text, or why there is none."""
    return see.exec(container, ["python", "-c", GET, url])[1]


def addresses(see: See, container: Container) -> list[str]:
    """Return the addresses of the network namespace that a container is in."""
    return see.exec(container, ["python", "-c", ADDRESSES])[1].split()


def from_network(see: See, network: str, url: str) -> str:
    """Return what a new container on a network gets when it asks a URL."""
    return see.probe(IMAGE, ["python", "-c", GET, url], network=network)[1]


def expect_answer(see: See, what: str, text: str, wanted: str, hint: str) -> bool:
    """Record whether an answer is the one that is wanted."""
    return see.expect(what, expected=wanted, actual=text or _("nothing"), holds=text == wanted, hint=hint)
