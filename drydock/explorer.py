"""A chooser for the layers of an image, and the largest files of the one that was chosen."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import ipywidgets as widgets

from drydock.layers import File, Layer
from drydock.text import _

SHOWN = 8  # files of a layer
MB = 1e6


def label(layer: Layer, widest: int = 60) -> str:
    """Return the instruction that made a layer, as one would write it, cut to `widest` signs."""
    text = layer.instruction.removesuffix(" # buildkit").removeprefix("/bin/sh -c #(nop) ")
    # The builder's notes of a RUN: its arguments, and the shell.
    text = re.sub(r"^(RUN )?(\|\d+ .*?)?/bin/sh -c ", "RUN ", text)
    text = " ".join(text.split())
    return text if len(text) <= widest else f"{text[: widest - 1]}…"


class LayerExplorer(widgets.VBox):  # type: ignore[misc]
    """A list of an image's layers, as `layers.read` returns them, and the largest files of the chosen one.

    `layer` is the chooser: setting its `.value` to a layer's number, from 0, does what a hand does. `files`
    are then the files shown, the largest first.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = layers
        options = [
            (f"{number}: {layer.size / MB:.1f} MB, {label(layer)}", number)
            for number, layer in enumerate(self.layers)
        ]
        wide = widgets.Layout(width="auto")
        self.layer = widgets.Dropdown(
            options=options, value=len(options) - 1, description=_("layer"), layout=wide
        )
        self.seen = widgets.HTML()
        self.layer.observe(self._changed, names="value")
        super().__init__([self.layer, self.seen])
        self._changed()

    def _changed(self, _change: object = None) -> None:
        self.files: list[File] = sorted(
            self.layers[self.layer.value].files, key=lambda file: (-file.size, file.path)
        )[:SHOWN]
        self.seen.value = f"<pre>{html.escape(self.text())}</pre>"

    def text(self) -> str:
        """Return the chosen layer's largest files, as text."""
        lines = [
            f"{file.size / MB:8.2f} MB  /{file.path}" + (_("  (hidden)") if file.hidden else "")
            for file in self.files
        ]
        return "\n".join(lines) or _("no files: folders, links or deletions only")

    # Where no widget can be shown, and in stored outputs, this text stands for it.
    def __repr__(self) -> str:
        options = [text for text, _number in self.layer.options]
        return "\n".join(
            [
                *(f"{'>' if n == self.layer.value else ' '} {text}" for n, text in enumerate(options)),
                self.text(),
            ]
        )
