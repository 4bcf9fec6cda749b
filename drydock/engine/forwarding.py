"""Pass on what comes in at a port: TCP connections and UDP datagrams. Runs in the engine's root file system (see port.py)."""

from __future__ import annotations

import socket
import threading

UDP_IDLE = 90.0  # s without an answer until a UDP client's port is given up, as docker-proxy does


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
