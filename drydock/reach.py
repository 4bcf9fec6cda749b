"""Ask from inside a container: is there an answer at an address, and if not, how does it fail?"""

from __future__ import annotations

from docker.models.containers import Container

PATIENCE = 2  # s without an answer until that counts as silence

# One TCP connection; prints how it went, in a word or two.
CONNECT = """
import errno, socket, sys
host, port, patience = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
try:
    socket.create_connection((host, port), patience).close()
    print("reached")
except socket.gaierror: print("unknown name")
except ConnectionRefusedError: print("refused")
except TimeoutError: print("no answer")
except OSError as error: print({errno.ENETUNREACH: "no route", errno.EHOSTUNREACH: "no answer"}.get(error.errno, error))
"""
# One HTTP request; prints the answer's text, or why there is none.
GET = """
import sys, urllib.request
try: print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())
except OSError as error: print(getattr(error, "reason", error))
"""
REACHED = "reached"


def reach(container: Container, host: str, port: int = 8000, patience: float = PATIENCE) -> str:
    """Make a TCP connection from inside a running container, and say how it went.

    The answer is `reached`, `refused` (somebody said no), `no answer` (the packets got lost, or were dropped),
    `no route` or `unknown name`. The container's image must have Python.
    """
    found = container.exec_run(["python", "-c", CONNECT, host, str(port), str(patience)]).output
    return bytes(found).decode(errors="replace").strip()  # type: ignore[arg-type]
