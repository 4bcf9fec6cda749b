"""The folder is built; its image must answer, and hold no compiler."""

from __future__ import annotations

from drydock import layers
from drydock.checks.lesson05.stages import COMPILER
from drydock.checks.see import See
from drydock.drills.cases.no_matching_wheel.broken import Broken
from drydock.text import _


def check(scene: Broken, see: See) -> None:
    with see.built(scene.folder) as image:
        numbers = [scene.pick(f"number {n}", range(1, 1000)) for n in range(3)]
        _code, text = see.probe(image, [str(number) for number in numbers])
        right = scene.answer(*numbers)
        see.require(
            _("what the image prints for three numbers"),
            right,
            (text.splitlines() or [_("nothing")])[-1],
            text == right,
            _("Installed is not the same as fit: Python loads a compiled module only if it was made for this Python, this C library, and this processor."),
        )  # fmt: skip
        code, text = see.probe(image, ["-c", "command -v gcc cc clang; true"], entrypoint=["sh"])
        there = text.splitlines()[0] if text and not code else ""
        see.require(
            _("a compiler in a container from the image"),
            _("none"),
            there or _("none"),
            not there,
            _("What compiles is needed once, and what was compiled always."),
        )
        found = [path for path in layers.files(see.client.images.get(image)) if COMPILER.search(path)]
        see.expect(
            _("a compiler in the layers of the image"),
            expected=_("none, in no layer"),
            actual=f"/{found[0]}" if found else _("none, in no layer"),
            holds=not found,
            hint=_("What a later step deletes is still in the layer that brought it."),
        )
