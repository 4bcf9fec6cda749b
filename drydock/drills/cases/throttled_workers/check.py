"""Put the service under load, count its workers, and compare the kernel's counters of before and after."""

from __future__ import annotations

from drydock import cgroup
from drydock.checks.lesson06.processes import count
from drydock.checks.see import See
from drydock.drills.cases.throttled_workers.broken import IMAGE, Broken
from drydock.text import _

QUOTA = 1  # processors
COST = 10  # ms; a page costs 16 and what goes with it
HELD_BACK = 3  # no more than one of so many periods may be throttled
# Wait until the service answers; then eight clients ask for two seconds. Print how often they got an answer, and none.
LOAD = """
import concurrent.futures, http.client, sys, time, urllib.request
def answered():
    try: return urllib.request.urlopen(sys.argv[1], timeout=10).status == 200
    except (OSError, http.client.HTTPException): return False
begin = time.monotonic()
while not answered() and time.monotonic() < begin + 6: time.sleep(0.1)
until = time.monotonic() + 2
def client(number):
    return [answered() for _ in iter(lambda: time.monotonic() < until, False)]
with concurrent.futures.ThreadPoolExecutor(8) as pool: seen = sum(pool.map(client, range(8)), [])
print(seen.count(True), seen.count(False))
"""


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.web, running=True)
    before = cgroup.read(found)
    processors = _("{number:g} processors").format(number=before.cpus) if before.cpus else _("no quota")
    one = _("one processor")
    see.require(
        _("the service's quota"),
        one,
        one if before.cpus == QUOTA else processors,
        before.cpus == QUOTA,
        _(
            "A larger quota takes processors from others, a smaller one stops the service sooner: it stays as it was."
        ),
    )
    answers = _answers(scene, see)
    after = cgroup.read(found)
    cost = (after.cpu_seconds - before.cpu_seconds) / answers  # the visitors' requests only add to it
    enough = _("{cost} ms or more").format(cost=COST)
    see.require(
        _("processor time that an answer costs"),
        enough,
        enough if cost * 1000 >= COST else _("less"),
        cost * 1000 >= COST,
        _("The pages are computed as they were: a page that costs nothing is none."),
    )
    working = count(see, found, "serve.py")
    see.require(
        _("worker processes"),
        str(QUOTA),
        str(working),
        working == QUOTA,
        _("How many can compute at once on the quota, and which number does the service count from? Neither the machine's processors nor those on which a process may run say anything of a quota."),
    )  # fmt: skip
    periods, throttled = after.periods - before.periods, after.throttled - before.throttled
    few = _("under 1 of {number}").format(number=HELD_BACK)
    holds = throttled * HELD_BACK < periods
    see.expect(
        _("periods that were throttled under this load"),
        expected=few,
        actual=few if holds else _("{throttled} of {periods}").format(throttled=throttled, periods=periods),
        holds=holds,
        hint=_("Something in the container still computes on more than one processor at once."),
    )


def _answers(scene: Broken, see: See) -> int:
    """Ask the service for two seconds, record whether each request was answered, and return how many were."""
    see.network(scene.network)
    _code, text = see.probe(IMAGE, ["python", "-c", LOAD, scene.url], network=scene.network)
    numbers = [int(word) for word in text.split() if word.isdigit()]
    good, bad = numbers if len(numbers) == 2 else (0, 0)
    every = _("each is answered")
    see.require(
        _("requests from eight clients at once"),
        every,
        every if good and not bad else _("none is answered") if not good else _("some are not answered"),
        good > 0 and bad == 0,
        _(
            "Is the service on the network, under its name, and does a worker run? `docker logs` says how many there are."
        ),
    )
    return good
