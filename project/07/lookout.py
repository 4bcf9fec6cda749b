"""Harbour's lookout: says its own name, and what the service behind it says."""

import os
import socket
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# On 127.0.0.1 nobody outside the container's network namespace gets an answer.
LISTEN = os.environ.get("LISTEN", "0.0.0.0")
PORT = int(os.environ.get("PORT", "8000"))
NAME = os.environ.get("NAME", socket.gethostname())
BEHIND = os.environ.get("BEHIND", "")  # the address of the next service, by its name
PATIENCE = 2  # s until the service behind counts as silent


def report() -> str:
    """Return this service's name, then what the one behind it says, or why it says nothing."""
    if not BEHIND:
        return NAME
    try:
        with urllib.request.urlopen(BEHIND, timeout=PATIENCE) as answer:
            return f"{NAME} > {answer.read().decode()}"
    except OSError as error:
        return f"{NAME} > {BEHIND}: {getattr(error, 'reason', error)}"


class Lookout(BaseHTTPRequestHandler):
    """Answers every GET with the report."""

    def do_GET(self) -> None:
        text = report().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


if __name__ == "__main__":
    ThreadingHTTPServer((LISTEN, PORT), Lookout).serve_forever()
