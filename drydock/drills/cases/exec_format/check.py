"""The image runs on the engine, and the folder still serves the boards."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from drydock.checks import probes
from drydock.checks.see import See
from drydock.drills.cases.exec_format.broken import Broken
from drydock.drills.cases.exec_format.programs import MACHINES
from drydock.text import _

REFUSAL = "exec format error"  # the kernel's ENOEXEC, in the words of the runtime


def check(scene: Broken, see: See) -> None:
    image = see.image(scene.image)
    code, text = see.probe(scene.image, [])
    runs = code == 0 and text == scene.reading
    see.require(
        _("what `docker run` of the image prints"),
        scene.reading,
        text if runs else _said(code, text),
        runs,
        _("The kernel looks at the first bytes of the file. Rights, paths and shells are another matter: for which machine is the program in the image?"),
    )  # fmt: skip
    with probes.created(see.client, see.lesson, scene.image, []) as made:
        content = b"".join(cast(Iterator[bytes], made.export()))
    emulated = scene.program(scene.board) in content and scene.program(scene.native) not in content
    see.expect(
        _("who runs the program"),
        expected=_("the machine itself"),
        actual=_("an emulator") if emulated else _("the machine itself"),
        holds=not emulated,
        hint=_("This engine's machine has an emulator for the boards' programs. Where there is none, the image still fails."),
    )  # fmt: skip
    machine = image.attrs["Architecture"]
    see.expect(
        _("the machine for which the image says that it is"),
        expected=scene.native,
        actual=machine or _("none"),
        holds=machine == scene.native,
        hint=_("`docker build` writes down what was asked for, and looks into no program. Registries and clusters choose an image by it."),
    )  # fmt: skip
    there = _for_boards(scene)
    see.expect(
        _("the program in the image that the folder gives for the boards"),
        expected=scene.board,
        actual=there,
        holds=there == scene.board,
        hint=_("The same folder is built for the boards, too, with another `--platform`. What in the Dockerfile follows that?"),
    )  # fmt: skip


def _said(code: int, text: str) -> str:
    if REFUSAL in text.lower():
        return REFUSAL
    last = (text.splitlines() or [_("nothing")])[-1]
    shown = last if last.isprintable() else ascii(last)  # a shell may have taken the file for a script
    return _("{text} (exit code {code})").format(text=shown, code=code)


def _for_boards(scene: Broken) -> str:
    """Build the folder for the boards into a folder of our own, and return for which machine its program is."""
    with tempfile.TemporaryDirectory() as folder:
        options = [f"--platform=linux/{scene.board}", f"--output=type=local,dest={folder}"]
        try:
            scene.docker("build", "--quiet", *options, str(scene.folder))
        except subprocess.CalledProcessError as error:
            return _("can't be built: {why}").format(why=(error.stderr.strip().splitlines() or [""])[-1])
        files = [path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()]
    return next(
        (machine for machine in MACHINES if scene.program(machine) in files), _("none of the vendor's")
    )
