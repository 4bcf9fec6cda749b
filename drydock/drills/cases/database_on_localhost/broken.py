"""An app with a database beside it, and a setting from the time when both were on one machine."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from drydock.drills.scene import Scene
from drydock.text import _
from drydock.waiting import wait_until

IMAGE, DATABASE = "python:3.13-slim", "redis:8"
APP_PORT = 8000
APP = """\
import http.server, os, socket
HOST, KEY = os.environ["SETTING"], os.environ["KEY"]
def found():
    try:
        with socket.create_connection((HOST, 6379), 2) as database:
            database.sendall(b"GET %b\\r\\n" % KEY.encode())
            lines = database.makefile("rb")
            there = not lines.readline().startswith(b"$-1")
            return lines.readline().decode().strip() if there else "no such key"
    except OSError as error:
        print("database at", HOST, "port 6379:", error, flush=True)
        return "no database"
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = KEY + ": " + found()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())
http.server.ThreadingHTTPServer(("", 8000), Page).serve_forever()
"""


class Broken(Scene):
    """An app that reads one value from Redis."""

    @cached_property
    def app(self) -> str:
        return self.name(self.pick("app", ("web", "api", "desk", "board")))

    @cached_property
    def database(self) -> str:
        return self.name(self.pick("database", ("db", "store", "redis", "cache")))

    @cached_property
    def setting(self) -> str:
        return self.pick("setting", ("DB_HOST", "REDIS_HOST", "STORE"))

    @cached_property
    def here(self) -> str:
        """What the setting says: two ways to say "on this machine"."""
        return self.pick("here", ("localhost", "127.0.0.1"))

    @cached_property
    def key(self) -> str:
        return self.pick("key", ("berths", "tide", "pilot"))

    @cached_property
    def value(self) -> str:
        return self.pick("value", ("seventeen", "at half past nine", "none before Monday"))

    @property
    def page(self) -> str:
        """What the app has to answer."""
        return f"{self.key}: {self.value}"

    @property
    def network(self) -> str:
        return self.name("net")

    def serve(self, host: str, **options: Any) -> None:
        """Run the app, with a host in its setting; on the network unless `options` say another."""
        command = ["python", "-c", APP.replace("SETTING", self.setting)]
        environment = {self.setting: host, "KEY": self.key}
        if not {"network", "network_mode"} & options.keys():
            options["network"] = self.network
        self.run(self.app, IMAGE, command, environment=environment, init=True, **options)

    def serve_database(self, name: str = "", **options: Any) -> None:
        """Run a Redis with the value in it."""
        volume = self.name("data") if not name else f"{name}-data"
        mount = {volume: {"bind": "/data"}}
        redis = self.run(name or self.database, DATABASE, volumes=mount, **options)
        ping = ["redis-cli", "ping"]
        wait_until(lambda: b"PONG" in redis.exec_run(ping).output, _("Redis answers"))
        redis.exec_run(["redis-cli", "SET", self.key, self.value])

    def start(self) -> None:
        self.client.networks.create(self.network)
        self.client.volumes.create(self.name("data"))
        self.serve_database(network=self.network)
        self.serve(self.here)
