"""A server with workers, of which each keeps a chart in memory, and visitors who ask them all."""

from __future__ import annotations

from functools import cached_property

from drydock.drills.scene import Scene
from drydock.waiting import patient

IMAGE = "python:3.13-slim"
FIRST_KILL = 10  # s in which the visitors have brought it down
# It stands for gunicorn behind a start script that ends with the first worker that is lost.
PROGRAM = """\
HELD = {held}  # MiB of a chart

import http.server
import os
import signal
import sys
import time

chart = bytearray()


def load():
    global chart
    chart = chart or bytearray(HELD * 2**20)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/chart":
            load()  # the first time; then this process has it
            time.sleep(0.2)
        body = b"%d %d" % (os.getpid(), len(chart) // 2**20)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *about):
        pass


class Server(http.server.HTTPServer):
    request_queue_size = 64


signal.signal(signal.SIGTERM, lambda number, frame: sys.exit())
server = Server(("", 8000), Handler)
if os.environ.get("PRELOAD"):  # as gunicorn's preload_app: once, before there are workers
    load()
for number in range(int(os.environ["WORKERS"])):
    if os.fork() == 0:
        server.serve_forever()
pid, status = os.wait()
code = os.waitstatus_to_exitcode(status)
print("worker", pid, "has ended:", code, flush=True)
sys.exit(128 - code if code < 0 else code)
"""
# Ask for a chart eight times at once, and again after a second.
VISIT = """
import concurrent.futures, http.client, sys, time, urllib.request
def ask(number):
    try: return len(urllib.request.urlopen(sys.argv[1] + "/chart", timeout=6).read()) > 0
    except (OSError, http.client.HTTPException): return False
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    while True:
        print(sum(pool.map(ask, range(8))), "of 8 charts have come", flush=True)
        time.sleep(1)
"""


class Broken(Scene):
    """A service that is killed, and started again."""

    @cached_property
    def web(self) -> str:
        return self.name(self.pick("web", ("charts", "maps", "plans", "atlas")))

    @property
    def visitors(self) -> str:
        return self.name("visitors")

    @property
    def network(self) -> str:
        return self.name("net")

    @property
    def url(self) -> str:
        return f"http://{self.web}:8000"

    @cached_property
    def sizes(self) -> tuple[int, int, int]:
        """The memory limit and the size of a chart, both in MiB, and the number of workers."""
        return self.pick("sizes", ((96, 24, 6), (112, 28, 7), (128, 32, 8), (96, 28, 5)))

    @property
    def limit(self) -> int:
        return self.sizes[0]

    @property
    def held(self) -> int:
        return self.sizes[1]

    @property
    def workers(self) -> int:
        return self.sizes[2]

    @property
    def needed(self) -> int:
        """What all charts take, in MiB."""
        return self.workers * self.held

    def write_program(self, held: int) -> None:
        self.write("serve.py", PROGRAM.format(held=held))

    def serve(self, workers: int, limit: int | None = None, **environment: str) -> None:
        """Run the service, in place of the one that is there; `limit` is another than its own, in MiB."""
        memory = f"{limit or self.limit}m"
        self.run(
            self.web,
            IMAGE,
            ["python", "/srv/serve.py"],
            environment={"WORKERS": str(workers), **environment},
            network=self.network,
            volumes={str(self.folder): {"bind": "/srv", "mode": "ro"}},
            mem_limit=memory,
            memswap_limit=memory,  # with swap it would only become slow
            restart_policy={"Name": "unless-stopped"},
        )

    def start(self) -> None:
        self.write_program(self.held)
        # Internal: the name of a container that is just down is then no question to servers outside.
        self.client.networks.create(self.network, internal=True)
        self.serve(self.workers)
        self.run(self.visitors, IMAGE, ["python", "-c", VISIT, self.url], network=self.network, init=True)
        patient(lambda: self.client.containers.get(self.web).attrs["RestartCount"], FIRST_KILL)
