"""Stands in for docker-proxy in the private engine: a published port, reachable on the host's 127.0.0.1.

dockerd starts it with docker-proxy's own options. It runs in the engine's root file system, so it uses
the standard library alone. A socket belongs to the network namespace in which it was made: one listens in
the host's, one in the engine's, where dockerd itself must reach a registry on 127.0.0.1, and the ones that
reach the container are made in the engine's, too.
Source: Docker Engine 26.1, libnetwork/portmapper/proxy_linux.go (options, and the answer on descriptor 3).
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import socket
import sys
import threading

HOST_NET, ENGINE_NET = "/run/host.net", "/run/engine.net"
UDP_IDLE = 90.0  # s without an answer until a UDP client's port is given up, as docker-proxy does


def enter(namespace: str) -> None:
    """Move this process into a network namespace."""
    if sys.version_info < (3, 12):  # pragma: no cover - the engine's own Python is newer
        raise RuntimeError("needs Python 3.12")
    descriptor = os.open(namespace, os.O_RDONLY)
    os.setns(descriptor, os.CLONE_NEWNET)
    os.close(descriptor)


def loopback(address: str) -> str:
    """Return where on the host a published address is bound: never beyond the loopback."""
    ip = ipaddress.ip_address(address)
    if ip.is_loopback:
        return address
    return "127.0.0.1" if ip.version == 4 else "::1"


def listen(address: tuple[str, int], udp: bool) -> socket.socket:
    """Return a socket that listens at `address` in the current network namespace. Raises OSError."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0 if udp else 1)
    listener.bind(address)
    if not udp:
        listener.listen(128)
    return listener


def pump(source: socket.socket, target: socket.socket) -> None:
    """Copy a TCP stream until it ends, then pass the end on."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        target.close()


def serve_tcp(listener: socket.socket, container: tuple[str, int]) -> None:
    """Forward each connection to the container."""
    while True:
        client, _ = listener.accept()
        try:
            upstream = socket.create_connection(container)
        except OSError:
            client.close()
            continue
        for pair in ((client, upstream), (upstream, client)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


def serve_udp(listener: socket.socket, container: tuple[str, int]) -> None:
    """Forward each datagram, and the answers back to who asked."""
    clients: dict[tuple[str, int], socket.socket] = {}

    def answers(client: tuple[str, int], upstream: socket.socket) -> None:
        try:
            while True:
                listener.sendto(upstream.recv(65536), client)
        except OSError:
            clients.pop(client, None)

    while True:
        data, client = listener.recvfrom(65536)
        if client not in clients:
            upstream = socket.socket(
                socket.AF_INET6 if ":" in container[0] else socket.AF_INET, socket.SOCK_DGRAM
            )
            upstream.settimeout(UDP_IDLE)
            upstream.connect(container)
            clients[client] = upstream
            threading.Thread(target=answers, args=(client, upstream), daemon=True).start()
        clients[client].send(data)


def main() -> None:
    """Bind on the host, tell dockerd how that went, then forward for as long as the container lives."""
    parser = argparse.ArgumentParser(prefix_chars="-")
    for option in ("proto", "host-ip", "container-ip"):
        parser.add_argument(f"-{option}", required=True)
    for option in ("host-port", "container-port"):
        parser.add_argument(f"-{option}", type=int, required=True)
    options = parser.parse_args()
    address = (loopback(options.host_ip), options.host_port)
    udp = options.proto == "udp"
    with os.fdopen(3, "w") as dockerd:
        try:
            listeners = []
            for namespace in (HOST_NET, ENGINE_NET):
                enter(namespace)
                listeners.append(listen(address, udp))
        except OSError as error:
            dockerd.write(
                f"1\nlisten {options.proto} {address[0]}:{address[1]}: {os.strerror(error.errno or 0)}"
            )
            sys.exit(1)
        dockerd.write("0\n")
    serve = serve_udp if udp else serve_tcp
    container = (options.container_ip, options.container_port)
    threading.Thread(target=serve, args=(listeners[0], container), daemon=True).start()
    serve(listeners[1], container)


if __name__ == "__main__":
    main()
