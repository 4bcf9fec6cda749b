"""The service of the tasks, Harbour's lookout, and ways to ask it."""

from __future__ import annotations

import re
from typing import Any

import docker
from docker.models.containers import Container

from drydock import project
from drydock.checks.see import See
from drydock.reach import GET
from drydock.text import _
from drydock.waiting import patient

IMAGE = "python:3.13-slim"
LOOKOUT = (project.TEMPLATE / "07" / "lookout.py").read_text()
PORT = 8000
STARTING = 2.0  # s that a program gets to listen: a check may follow right after the start
# A line of /proc/net/tcp and tcp6 in state 0A, listening: the address in hexadecimal, and the port.
LISTENING = re.compile(r"^\s*\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) [0-9A-F]+:0000 0A", re.MULTILINE)
LOOPBACK = re.compile(r"0100007F|0{24}01000000|0{16}FFFF00000100007F")
RESOLVER = "0B00007F"  # 127.0.0.11: Docker's own, on networks that somebody made
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


def listening(see: See, container: Container) -> dict[int, set[str]]:
    """Return the TCP ports on which programs in a running container listen, each with its addresses as in /proc.

    When there is none, wait for one, for as long as a program may need that was just started.
    """

    def look() -> dict[int, set[str]]:
        _code, text = see.exec(container, ["sh", "-c", "cat /proc/net/tcp /proc/net/tcp6 2> /dev/null"])
        found: dict[int, set[str]] = {}
        for address, port in LISTENING.findall(text):
            if address != RESOLVER:
                found.setdefault(int(port, 16), set()).add(address)
        return found

    return patient(look, STARTING)


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
