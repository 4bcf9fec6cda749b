"""What a port of this machine answers."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException

from drydock.text import _

LOOPBACK = "127.0.0.1"
TIMEOUT = 2  # s for one answer


def ask(port: int) -> tuple[int | None, str]:
    """Return the HTTP status and the text that a port of 127.0.0.1 answers; None, and in words how it fails."""
    connection = HTTPConnection(LOOPBACK, port, timeout=TIMEOUT)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace").strip()
    except ConnectionRefusedError:
        return None, _("connection refused")
    except TimeoutError:
        return None, _("no answer")
    except (OSError, HTTPException):  # closed or reset, before a word
        return None, _("an empty reply")
    finally:
        connection.close()
