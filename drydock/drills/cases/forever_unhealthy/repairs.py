"""Repairs of the health check."""

from __future__ import annotations

from drydock.drills.cases.forever_unhealthy.broken import SECOND, Broken
from drydock.text import _
from drydock.waiting import wait_until


def asks_with_python(scene: Broken) -> None:
    """Python is there: an exception, as for status 503, is exit code 1."""
    scene.make(f"""["python", "-c", "import urllib.request; urllib.request.urlopen('{scene.url}')"]""")


def asks_with_a_script(scene: Broken) -> None:
    """A health check of its own in the image, which looks at the status itself."""
    program = f"""\
import http.client
import sys

connection = http.client.HTTPConnection("127.0.0.1", {scene.port}, timeout=3)
connection.request("GET", "{scene.path}")
sys.exit(connection.getresponse().status != 200)
"""
    scene.write("health.py", program)
    scene.make('["python", "/srv/health.py"]')


def asks_with_the_shell(scene: Broken) -> None:
    """Given when the container is made, in place of the image's: bash itself can connect."""
    ask = (
        f"exec 3<> /dev/tcp/127.0.0.1/{scene.port}; "
        f"printf 'GET {scene.path} HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3 | grep -qw 200"
    )
    scene.serve(healthcheck={"test": ["CMD", "bash", "-c", ask], "interval": SECOND})


def turned_off(scene: Broken) -> None:
    scene.serve(healthcheck={"test": ["NONE"]})


def always_yes(scene: Broken) -> None:
    scene.make('["true"]')


def an_open_port(scene: Broken) -> None:
    scene.make(
        f"""["python", "-c", "import socket; socket.create_connection(('127.0.0.1', {scene.port}))"]"""
    )


def more_retries(scene: Broken) -> None:
    scene.serve(healthcheck={"retries": 1000})


def put_into_the_container(scene: Broken) -> None:
    """As `apt-get install` in the running container would."""
    tool = f"/usr/local/bin/{scene.tool}"
    script = f"printf '#!/bin/sh\\nexit 0\\n' > {tool} && chmod 755 {tool}"
    scene.client.containers.get(scene.web).exec_run(["sh", "-c", script], user="0")
    wait_until(lambda: scene.health() == "healthy", _("a health check has succeeded"))


REFERENCE = asks_with_python
OTHERS = (asks_with_a_script, asks_with_the_shell)
HEALTH, CLOSED = "health of the service", "health of one that takes no requests"
NEAR_MISSES = {
    "no health check": (turned_off, HEALTH),
    "more retries": (more_retries, HEALTH),
    "the tool, put into the container": (put_into_the_container, "health of a container made anew"),
    "a check that always says yes": (always_yes, CLOSED),
    "an open port": (an_open_port, CLOSED),
}
