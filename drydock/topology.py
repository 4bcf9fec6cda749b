"""Who is on which network, as the engine says it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from docker.models.networks import Network

from drydock.text import _


@dataclass(frozen=True)
class Wire:
    """A network: its name, driver and subnet, and whether it is internal."""

    name: str
    driver: str
    subnet: str
    internal: bool


@dataclass(frozen=True)
class Node:
    """A container: its address on each network, and its published ports such as 127.0.0.1:8080 → 8000/tcp."""

    name: str
    addresses: dict[str, str] = field(default_factory=dict)
    published: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topology:
    """Networks and the running containers on them, each by name."""

    networks: tuple[Wire, ...]
    containers: tuple[Node, ...]

    def __str__(self) -> str:
        lines = []
        for node in self.containers:
            where = ", ".join(network.name for network in self.networks if network.name in node.addresses)
            ports = (
                _("published at {ports}").format(ports=", ".join(node.published)) if node.published else ""
            )
            lines.append(": ".join((node.name, "; ".join(filter(None, (where, ports))))))
        return "\n".join(lines)

    __repr__ = __str__


def read(networks: Iterable[Network]) -> Topology:
    """Ask the engine about networks, and about each running container on one of them.

    Source: Docker Engine API, NetworkInspect (Containers) and ContainerInspect (NetworkSettings).
    """
    wires, nodes = [], {}
    for network in networks:
        network.reload()
        pools = (network.attrs.get("IPAM") or {}).get("Config") or [{}]
        subnet = next((pool["Subnet"] for pool in pools if "." in pool.get("Subnet", "")), "")
        driver, internal = str(network.attrs["Driver"]), bool(network.attrs["Internal"])
        wires.append(Wire(str(network.name), driver, subnet, internal))
        for container in network.containers:
            nodes[str(container.name)] = container.attrs["NetworkSettings"]
    known = {wire.name for wire in wires}
    containers = [
        Node(name, _addresses(settings, known), _published(settings))
        for name, settings in sorted(nodes.items())
    ]
    return Topology(tuple(wires), tuple(containers))


def _addresses(settings: dict[str, Any], known: set[str]) -> dict[str, str]:
    return {name: one["IPAddress"] for name, one in settings["Networks"].items() if name in known}


def _published(settings: dict[str, Any]) -> tuple[str, ...]:
    """Return what is published; on IPv4 and IPv6 alike it counts once."""
    bindings = [
        f"{binding['HostIp']}:{binding['HostPort']} → {port}"
        for port, published in sorted((settings["Ports"] or {}).items())
        for binding in published or ()
        if ":" not in binding["HostIp"]
    ]
    return tuple(dict.fromkeys(bindings))
