"""Requests to the controller, from the learner's computer, over connections that are kept."""

from __future__ import annotations

import http.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from drydock.checks.lesson13.asking import NONE

CLIENTS = 4


def visit(address: str, host: str, path: str = "/") -> tuple[int, str]:
    """Return the status and the text of one answer; 0 and "no answer" where there is none."""
    return visits(address, host, path, 1)[0]


def visits(address: str, host: str, path: str, times: int) -> list[tuple[int, str]]:
    """Ask so often over one connection, and return each answer's status and text."""
    found: list[tuple[int, str]] = []
    connection = http.client.HTTPConnection(address, timeout=5)
    try:
        for _number in range(times):
            connection.request("GET", path, headers={"Host": host})
            answer = connection.getresponse()
            found.append((answer.status, answer.read().decode(errors="replace")))
    except (OSError, http.client.HTTPException):
        found += [(0, NONE)] * (times - len(found))
    finally:
        connection.close()
    return found


def counted(address: str, host: str, times: int) -> Counter[str]:
    """Ask so often, over four connections, and return what the answers begin with; a failure by its status."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        every = pool.map(lambda share: visits(address, host, "/", share), [times // CLIENTS] * CLIENTS)
        return Counter(
            text.split()[0] if status == 200 and text else str(status or NONE)
            for answers in every
            for status, text in answers
        )
