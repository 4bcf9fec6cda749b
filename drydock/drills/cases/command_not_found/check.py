"""The command is found by its name, at the start of a container and in one that runs."""

from __future__ import annotations

from drydock.checks.see import See
from drydock.drills.cases.command_not_found.broken import Broken
from drydock.text import _

NOT_FOUND = 127


def check(scene: Broken, see: See) -> None:
    see.image(scene.image)
    code, text = see.probe(scene.image, [scene.tool])
    found = code == 0 and text == scene.answer
    see.require(
        _("what `docker run` of the image with the command's name prints"),
        scene.answer,
        text if found else _said(code, text),
        found,
        _("The engine looks for the name in the folders of the image's own PATH. `docker image inspect` shows it: what a step of the build has set for itself is not there."),
    )  # fmt: skip
    # Whatever the image's entry point and PATH are, this one sleeps.
    with see.started(scene.image, ["60"], entrypoint=["/bin/sleep"]) as twin:
        code, text = see.exec(twin, [scene.tool])
        others, _text = see.exec(twin, ["ls", "/"])
    see.expect(
        _("what `docker exec` of the command's name prints"),
        expected=scene.answer,
        actual=text if code == 0 else _said(code, text),
        holds=code == 0 and text == scene.answer,
        hint=_("CMD and ENTRYPOINT are for the first process. `docker exec` starts another one, and only the environment is common to both."),
    )  # fmt: skip
    see.expect(
        _("a program of the base image, `ls`"),
        expected=_("found"),
        actual=_("found") if others == 0 else _("exit code {code}").format(code=others),
        holds=others == 0,
        hint=_(
            "`ENV PATH=…` replaces the variable as a whole: what is to stay has to be in the new value, too."
        ),
    )


def _said(code: int, text: str) -> str:
    if code == NOT_FOUND:
        return _("exit code {code}: not found").format(code=code)
    last = (text.splitlines() or [_("nothing")])[-1]
    return _("{text} (exit code {code})").format(text=last, code=code)
