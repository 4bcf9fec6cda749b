"""What the panels in notebooks are made of: buttons, lines of text, errors, a question and a clock."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets

from drydock.clocks import Ticker
from drydock.errors import DrydockError
from drydock.explaining import described
from drydock.markup import TEXT, inline
from drydock.text import _

WIDE = {"width": "auto"}  # a layout: as wide as what is in it, or as its row
READABLE = f"{TEXT}; line-height: 1.5; max-width: 50em"
ALERT = f"{READABLE}; border-left: 4px solid var(--jp-error-color1, #c62828); padding: 4px 8px"


def markdown(*texts: str) -> tuple[dict[str, Any], ...]:
    """Return texts as the `outputs` of a widgets.Output: JupyterLab renders their Markdown, as it does in its cells."""
    data = [{"text/markdown": text, "text/plain": text} for text in texts]
    return tuple({"output_type": "display_data", "data": one, "metadata": {}} for one in data)


def block(body: str) -> str:
    """Return HTML in JupyterLab's colours, and no wider than can be read."""
    return f'<div style="{READABLE}">{body}</div>'


def line(text: str) -> str:
    """Return a text as HTML; what stands between backticks is code."""
    return block(_lines(text))


def error(found: Exception) -> str:
    """Return an error as HTML: what happened, the state now, and a hint where it has one."""
    lines = [_lines(described(found))]
    if isinstance(found, DrydockError):
        hint = f"<strong>{html.escape(_('Hint'))}</strong>: {_lines(found.hint)}"
        lines += [_lines(found.state), hint]
    return f'<div style="{ALERT}" role="alert">{"<br>".join(lines)}</div>'


@contextmanager
def told(note: widgets.HTML, more: str = "") -> Iterator[None]:
    """Show an error of this block in `note`, and `more` below it: what a button's call raises is seen in a log only."""
    try:
        yield
    except Exception as found:
        note.value = error(found) + more


def button(text: str, press: Callable[[], object], icon: str = "", style: str = "") -> Any:
    """Return a button that calls `press`."""
    made = widgets.Button(description=text, icon=icon, button_style=style, layout=WIDE)
    made.on_click(lambda _button: press())
    return made


def _lines(text: str) -> str:
    return inline(text).replace("\n", "<br>")


class Question(widgets.VBox):  # type: ignore[misc]
    """A question with Yes and No; nothing is shown until it is asked."""

    children: tuple[Any, ...]

    def ask(self, text: str, items: Sequence[str], then: Callable[[bool], object]) -> None:
        """Show the question with a list below it, and call `then` with the answer."""

        def answered(yes: bool) -> None:
            self.children = ()
            then(yes)

        listed = "".join(f"<li><code>{html.escape(item)}</code></li>" for item in items)
        asked = widgets.HTML(f"{line(text)}<ul>{listed}</ul>" if items else line(text))
        self.yes = button(_("Yes"), lambda: answered(True))
        self.no = button(_("No"), lambda: answered(False))
        self.children = (asked, widgets.HBox([self.yes, self.no]))

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return bool(self.children)


class Clocked(widgets.VBox):  # type: ignore[misc]
    """A panel with a clock, which ends with the panel. `_tick` shows the time, and is called from a thread."""

    _ticker: Ticker | None = None

    def _tick(self) -> None:
        raise NotImplementedError

    def _ticking(self, on: bool) -> None:
        if self._ticker is not None:
            self._ticker.stop()
        self._ticker = Ticker(self._tick) if on else None
        if self._ticker is not None:
            self._ticker.start()

    def close(self) -> None:
        """Take the panel away."""
        self._ticking(False)
        super().close()
