"""Ask the service for charts, as many at once as the visitors do, and look at what is left of it."""

from __future__ import annotations

import json
from typing import Any

from docker.models.containers import Container

from drydock import cgroup
from drydock.checks.see import See
from drydock.drills.cases.killed_137.broken import IMAGE, Broken
from drydock.text import _

MIB = 2**20
WORKERS = 2  # at least
# Wait until the service answers, and ask for a chart eight times at once, twice. Print each answer.
LOAD = """
import concurrent.futures, http.client, json, sys, time, urllib.request
def ask(path):
    try: return urllib.request.urlopen(sys.argv[1] + path, timeout=8).read().decode()
    except (OSError, http.client.HTTPException): return ""
until = time.monotonic() + 6
while not ask("/") and time.monotonic() < until: time.sleep(0.1)
answers = []
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    for turn in range(2):
        if all(answers): answers += pool.map(ask, ["/chart"] * 8)
print(json.dumps(answers))
"""
ASKED = 16


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.web)
    memory, swap = found.attrs["HostConfig"]["Memory"], found.attrs["HostConfig"]["MemorySwap"]
    # An engine that can't limit swap takes no limit for it.
    swaps = swap != memory and bool(see.client.info().get("SwapLimit"))
    within = _("{size} MiB or less, without swap").format(size=scene.limit)
    kept = 0 < memory <= scene.limit * MIB and not swaps
    size = _("{size} MiB").format(size=memory // MIB) if memory else _("no limit")
    see.require(
        _("the service's memory limit"),
        within,
        within if kept else _("{size}, and swap").format(size=size) if swaps and memory else size,
        kept,
        _("More memory is not yours to take, and swap makes slow what does not fit: the limit stays."),
    )
    answers = _asked(scene, see)
    sizes = [answer.partition(" ")[2] for answer in answers]
    whole = sizes.count(str(scene.held))
    see.require(
        _("charts that come, of {number} that are asked for, 8 at a time").format(number=ASKED),
        _("{number}, whole ones").format(number=ASKED),
        _("{number}, whole ones").format(number=ASKED) if whole == ASKED else str(whole),
        whole == ASKED,
        _("How much memory do all workers hold when each has its chart, and process 1 with them? What does the log say of the end of a worker? Charts of another size don't count."),
    )  # fmt: skip
    _alive(see, found)
    working = len({answer.partition(" ")[0] for answer in answers})
    several = _("{number} or more").format(number=WORKERS)
    see.expect(
        _("workers that these charts came from"),
        expected=several,
        actual=several if working >= WORKERS else working,
        holds=working >= WORKERS,
        hint=_("One worker fits easily, but then each visitor waits for all others. How many fit, and what can workers share?"),
    )  # fmt: skip


def _asked(scene: Broken, see: See) -> list[str]:
    """Return the answers to requests for a chart, each "process size"; an empty one did not come."""
    see.network(scene.network)
    _code, text = see.probe(IMAGE, ["python", "-c", LOAD, scene.url], network=scene.network)
    try:
        answers: Any = json.loads(text)
    except ValueError:
        answers = []
    return list(answers)


def _alive(see: See, found: Container) -> None:
    """Record whether the service has lived through it: what the engine says, and the kernel's own counter."""
    found.reload()
    state = found.attrs["State"]
    good, killed = _("running, OOMKilled=false"), str(state["OOMKilled"]).lower()
    holds = found.status == "running" and not state["OOMKilled"]
    see.require(
        _("the service after that"),
        good,
        good if holds else f"{found.status}, OOMKilled={killed}",
        holds,
        _(
            "The kernel has killed a process at the memory limit. A restart policy only starts the next round."
        ),
    )
    kills = cgroup.read(found).oom_kills
    see.expect(
        _("processes that the kernel has killed in it at the limit"),
        expected=0,
        actual=kills,
        holds=kills == 0,
        hint=_(
            "Workers that are killed and replaced take their requests with them: they must not be killed."
        ),
    )
