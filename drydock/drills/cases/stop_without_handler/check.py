"""Both services, once more beside the learner's, are told to stop."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack

from docker.models.containers import Container

from drydock import waiting
from drydock.checks import alike
from drydock.checks.see import See
from drydock.drills.cases.stop_without_handler.broken import Broken
from drydock.text import _
from drydock.waiting import patient

PATIENCE = 3  # s until `docker stop` kills, here
KILLED = 137


def check(scene: Broken, see: See) -> None:
    found = {name: see.container(name, running=True) for name in scene.both}
    with ExitStack() as stack:
        twins = {name: stack.enter_context(_twin(see, one)) for name, one in found.items()}
        idle = [name for name, twin in twins.items() if not _works(twin, scene.deeds[name])]
        see.require(
            _("what both do"),
            _("they count, as before"),
            _("not so: {names}").format(names=", ".join(idle)) if idle else _("they count, as before"),
            not idle,
            _("The services' own programs must still be what runs. Look at the container's log."),
        )
        codes = {name: _stopped(twin) for name, twin in twins.items()}
        said = scene.last_words in twins[scene.polite].logs().decode(errors="replace")
    see.expect(
        _("exit codes after `docker stop -t {seconds}`").format(seconds=PATIENCE),
        expected=_("none is {code}").format(code=KILLED),
        actual=", ".join(f"{name}: {code}" for name, code in codes.items()),
        holds=KILLED not in codes.values(),
        hint=_("137 is SIGKILL. Without a shell the program gets the first signal itself, but does it have a handler for just that one?"),
    )  # fmt: skip
    see.expect(
        _("last words of the one that had some"),
        expected=scene.last_words,
        actual=scene.last_words if said else _("none"),
        holds=said,
        hint=_("One of the two was not broken. Which signal does it know, and which one does it get now?"),
    )


def _twin(see: See, container: Container) -> AbstractContextManager[Container]:
    config = container.attrs["Config"]
    return see.started(config["Image"], config["Cmd"], **alike.settings(container))


def _works(twin: Container, deed: str) -> bool:
    return bool(patient(lambda: f"{deed} 3" in twin.logs().decode(errors="replace"), 4))


def _stopped(twin: Container) -> int:
    """Stop a service as `docker stop` does, and return its exit code."""
    twin.stop(timeout=int(PATIENCE * waiting.slowness))
    return int(twin.wait()["StatusCode"])
