"""Stands in for docker-proxy in the private engine: a published port, reachable on the host's 127.0.0.1.

dockerd starts it with docker-proxy's own options. It runs in the engine's root file system, so it uses
the standard library alone. A socket belongs to the network namespace in which it was made: the listening
one is made in the host's, the ones that reach the container in the engine's.
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
    address = loopback(options.host_ip)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_DGRAM if options.proto == "udp" else socket.SOCK_STREAM
    with os.fdopen(3, "w") as dockerd:
        try:
            enter(HOST_NET)
            listener = socket.socket(family, kind)
            listener.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1 if kind == socket.SOCK_STREAM else 0
            )
            listener.bind((address, options.host_port))
            if kind == socket.SOCK_STREAM:
                listener.listen(128)
            enter(ENGINE_NET)
        except OSError as error:
            dockerd.write(
                f"1\nlisten {options.proto} {address}:{options.host_port}: {os.strerror(error.errno or 0)}"
            )
            sys.exit(1)
        dockerd.write("0\n")
    serve = serve_udp if options.proto == "udp" else serve_tcp
    serve(listener, (options.container_ip, options.container_port))


if __name__ == "__main__":
    main()
