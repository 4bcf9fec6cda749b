"""The front service is asked, and must find a second owner of the other's name as well."""

from __future__ import annotations

from docker.models.containers import Container

from drydock.checks import alike
from drydock.checks.lesson07.names import RESOLVE
from drydock.checks.see import See
from drydock.drills.cases.unknown_name.broken import BRIDGE, FRONT_PORT, Broken
from drydock.reach import GET
from drydock.text import _
from drydock.waiting import patient

PATIENCE = 3  # s that a program gets to listen, or a name to be known


def check(scene: Broken, see: See) -> None:
    back = see.container(scene.back, running=True)
    front = see.container(scene.front, running=True)
    ask = ["python", "-c", GET, f"http://127.0.0.1:{FRONT_PORT}"]
    page = patient(lambda: see.exec(front, ask)[1], PATIENCE, lambda text: text == scene.page)
    see.require(
        _("what the service that asks answers"),
        scene.page,
        page or _("nothing"),
        page == scene.page,
        _("Its log says why it hears nobody. Is the name unknown, or does nobody listen there?"),
    )
    setting = _environment(front).get(scene.setting, _("not set"))
    see.expect(
        _("its setting"),
        expected=scene.url,
        actual=setting,
        holds=setting == scene.url,
        hint=_("An address belongs to a container only as long as that one is there. The name should be enough."),
    )  # fmt: skip
    found = _second_owner(scene, see, back, front)
    see.expect(
        _("whether it finds a second container of the other's name"),
        expected=_("yes"),
        actual=found,
        holds=found == _("yes"),
        hint=_("A line in /etc/hosts, whoever has written it, leads to the one container of that day. Who answers questions for names, and on which networks?"),
    )  # fmt: skip


def _second_owner(scene: Broken, see: See, back: Container, front: Container) -> str:
    """Start the service that is asked once more, for a moment and with the same name; say whether the other finds it."""
    shared = sorted((_networks(back).keys() & _networks(front).keys()) - {BRIDGE, "host", "none"})
    if not shared:
        return _("no: they share no network that somebody made")
    network, config = shared[0], back.attrs["Config"]
    named = {network: see.client.api.create_endpoint_config(aliases=[scene.back])}
    options = {**alike.settings(back), "network": network, "networking_config": named}
    with see.started(config["Image"], config["Cmd"], **options) as twin:
        twin.reload()
        address = _networks(twin)[network]["IPAddress"]
        ask = ["python", "-c", RESOLVE, scene.back]
        seen = patient(lambda: see.exec(front, ask)[1].split(), PATIENCE, lambda places: address in places)
    return _("yes") if address in seen else _("no: the name is tied to one address")


def _networks(container: Container) -> dict[str, dict[str, str]]:
    networks: dict[str, dict[str, str]] = container.attrs["NetworkSettings"]["Networks"] or {}
    return networks


def _environment(container: Container) -> dict[str, str]:
    lines = (line.partition("=") for line in container.attrs["Config"]["Env"] or [])
    return {name: value for name, _equals, value in lines}
