"""Stands in for docker-proxy in the private engines: a published port, reachable on the host's 127.0.0.1.

dockerd starts it with docker-proxy's own options. It runs in the engine's root file system, so it uses
the standard library alone (see inside.py).

`native`: a socket belongs to the network namespace in which it was made: one listens in the host's, one in
the engine's, where dockerd itself must reach a registry on 127.0.0.1, and the ones that reach the container
are made in the engine's, too.

`microvm`: the host is another machine. Its keeper is asked to listen there, through a port of the machine, and
passes on to the machine's own address.
Source: Docker Engine 26.1, libnetwork/portmapper/proxy_linux.go (options, and the answer on descriptor 3).
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import signal
import socket
import sys
import threading
import time

from drydock.engine.forwarding import serve_tcp, serve_udp

HOST_NET, ENGINE_NET = "/run/host.net", "/run/engine.net"
KEEPER = "/dev/virtio-ports/dev.drydock.ports"  # one process at a time may have it open
PATIENCE = 10.0  # s for an answer of the keeper
MACHINE = "10.0.2.15"  # the emulated machine's own address


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


def in_namespaces(address: tuple[str, int], udp: bool) -> list[socket.socket]:
    """Listen in the host's network namespace and in the engine's. Raises OSError."""
    listeners = []
    for namespace in (HOST_NET, ENGINE_NET):
        enter(namespace)
        listeners.append(listen(address, udp))
    return listeners


def in_machine(address: tuple[str, int], udp: bool) -> list[socket.socket]:
    """Have the keeper listen on the host until dockerd ends this process, and listen here. Raises OSError."""
    listeners = [listen(address, udp)]
    if ":" in address[0]:  # QEMU passes on from the host's 127.0.0.1 alone
        return listeners
    # Where a port is published on 127.0.0.1, the engine's rules take nothing that comes to the machine's address.
    listeners.append(listen((MACHINE, address[1]), udp))
    what = f"{'udp' if udp else 'tcp'} {address[1]}"

    def give_back(*_: object) -> None:
        ask_keeper(f"remove {what}")
        os._exit(0)

    ask_keeper(f"add {what}")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, give_back)
    return listeners


def ask_keeper(request: str) -> None:
    """Send a request to the keeper and wait for its answer. Raises OSError with its words if it refuses."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            line = os.open(KEEPER, os.O_RDWR)
            break
        except OSError:  # another process is asking
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    mine = f"{os.getpid()}-{time.monotonic_ns()} "  # an answer to somebody who has ended may lie before ours
    with os.fdopen(line, "r+b", buffering=0) as keeper:
        keeper.write(f"{mine}{request}\n".encode())
        answers = b""
        while not (found := [a for a in answers.decode().split("\n")[:-1] if a.startswith(mine)]):
            answers += keeper.read(4096) or b""
    said = found[0].removeprefix(mine)
    if said != "ok":
        raise OSError(said)


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
            listeners = in_machine(address, udp) if os.path.exists(KEEPER) else in_namespaces(address, udp)  # noqa: PTH110
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            dockerd.write(f"1\nlisten {options.proto} {address[0]}:{address[1]}: {why}")
            sys.exit(1)
        dockerd.write("0\n")
    serve = serve_udp if udp else serve_tcp
    container = (options.container_ip, options.container_port)
    for listener in listeners[:-1]:
        threading.Thread(target=serve, args=(listener, container), daemon=True).start()
    serve(listeners[-1], container)


if __name__ == "__main__":
    main()
