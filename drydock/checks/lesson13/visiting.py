"""Requests to the controller, from the learner's computer, over connections that are kept."""

from __future__ import annotations

import http.client
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from drydock.checks.lesson13.asking import NONE

CLIENTS = 4
GIVE_UP = 5  # after so many requests in a row without an answer the rest is not tried


def visit(address: str, host: str, path: str = "/") -> tuple[int, str]:
    """Return the status and the text of one answer; 0 and "no answer" where there is none."""
    return visits(address, host, path, 1)[0]


def visits(address: str, host: str, path: str, times: int) -> list[tuple[int, str]]:
    """Ask so often over one connection, a new one after a loss, and return each answer's status and text."""
    found: list[tuple[int, str]] = []
    connection = http.client.HTTPConnection(address, timeout=5)
    lost = 0
    while len(found) < times:
        try:
            connection.request("GET", path, headers={"Host": host})
            answer = connection.getresponse()
            found.append((answer.status, answer.read().decode(errors="replace")))
            lost = 0
        except (OSError, http.client.HTTPException):
            connection.close()  # the next request opens it anew
            lost += 1
            found += [(0, NONE)] * (1 if lost < GIVE_UP else times - len(found))
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
