"""The image answers, and its layers are measured and searched."""

from __future__ import annotations

from docker.models.images import Image

from drydock import layers
from drydock.checks.lesson05.stages import COMPILER
from drydock.checks.see import See
from drydock.drills.cases.too_large.broken import BASE, Broken
from drydock.text import _

MB = 1_000_000
ROUNDED = 10  # MB: sizes differ a little from engine to engine


def check(scene: Broken, see: See) -> None:
    image = see.image(scene.image)
    numbers = sorted({scene.pick(f"hours {n}", range(10, 5000)) for n in range(3)})
    answers = {number: see.probe(scene.image, [str(number)])[1] for number in numbers}
    wrong = [number for number, text in answers.items() if text != scene.answer(number)]
    right = _("the right answer for each number")
    see.require(
        _("what the image answers"),
        right,
        (answers[wrong[0]].splitlines() or [_("nothing")])[-1] if wrong else right,
        not wrong,
        _("The program needs its compiled part, at the place where it looks for it."),
    )
    larger = (size(image) - size(see.client.images.get(BASE))) / MB
    fits = _("at most {spare} MB more than {base}").format(spare=scene.spare, base=BASE)
    see.require(
        _("size of the image"),
        fits,
        fits
        if larger <= scene.spare
        else _("about {size} MB more").format(size=round(larger / ROUNDED) * ROUNDED),
        larger <= scene.spare,
        _("An image is all of its layers, and has all layers of its base. What is deleted is hidden, and stays in its layer."),
    )  # fmt: skip
    found = [path for path in layers.files(image) if COMPILER.search(path)]
    see.expect(
        _("a compiler in the layers of the image"),
        expected=_("none, in no layer"),
        actual=f"/{found[0]}" if found else _("none, in no layer"),
        holds=not found,
        hint=_("What runs needs what was compiled. What compiles it can be somewhere else."),
    )


def size(image: Image) -> int:
    """Return the bytes of an image's layers, unpacked: image stores differ in what they call its size."""
    return sum(int(step["Size"]) for step in image.history())
