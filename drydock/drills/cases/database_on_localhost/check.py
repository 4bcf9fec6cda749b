"""The app is asked, the database has to have been asked by it, and a newcomer must find it by the app's setting."""

from __future__ import annotations

import ipaddress
import re

from docker.models.containers import Container

from drydock.checks.lesson07.names import RESOLVE
from drydock.checks.see import See
from drydock.drills.cases.database_on_localhost.broken import APP_PORT, IMAGE, Broken
from drydock.reach import GET
from drydock.text import _
from drydock.waiting import patient

PATIENCE = 3  # s that a program gets to listen
ASK = ["python", "-c", GET, f"http://127.0.0.1:{APP_PORT}"]
HITS = re.compile(r"^keyspace_hits:(\d+)", re.MULTILINE)


def check(scene: Broken, see: See) -> None:
    database = see.container(scene.database, running=True)
    app = see.container(scene.app, running=True)
    page = patient(lambda: see.exec(app, ASK)[1], PATIENCE, lambda text: text == scene.page)
    see.require(
        _("what the app answers"),
        scene.page,
        page or _("nothing"),
        page == scene.page,
        _("Its log says where it looks for the database, and what came of it. Whose port 6379 is that?"),
    )
    before = _hits(see, database)
    see.exec(app, ASK)
    asked = _hits(see, database) > before
    see.expect(
        _("whether it has that from the database of the story"),
        expected=_("yes"),
        actual=_("yes") if asked else _("no: nobody has read a key there meanwhile"),
        holds=asked,
        hint=_("A second database has a second truth, from the next write on."),
    )
    value, by_name = _setting(scene, app), _("a name of the database on their network")
    right = _leads_there(see, value, app, database)
    see.expect(
        _("its setting"),
        expected=by_name,
        actual=by_name if right else value,
        holds=right,
        hint=_("The next database may have another address, and a container that lives in another's network is cut off when that one goes. Which name would a newcomer on the network use?"),
    )  # fmt: skip


def _hits(see: See, database: Container) -> int:
    """Return how often somebody has asked a Redis for a key and got it: it counts that itself."""
    found = HITS.search(see.exec(database, ["redis-cli", "INFO", "stats"])[1].replace("\r", ""))
    return int(found[1]) if found else 0


def _setting(scene: Broken, app: Container) -> str:
    lines = (line.partition("=") for line in app.attrs["Config"]["Env"] or [])
    return next((value for name, _equals, value in lines if name == scene.setting), _("not set"))


def _leads_there(see: See, value: str, app: Container, database: Container) -> bool:
    """Tell whether a new container on a network of the database finds it by this name, and the app by no other way."""
    if _is_address(value) or value in see.exec(app, ["cat", "/etc/hosts"])[1].split():
        return False
    networks = database.attrs["NetworkSettings"]["Networks"] or {}
    for name in sorted(networks.keys() - {"bridge", "host", "none"}):
        places = see.probe(IMAGE, ["python", "-c", RESOLVE, value], network=name)[1].split()
        if networks[name]["IPAddress"] in places:
            return True
    return False


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True
