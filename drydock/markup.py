"""Texts, reports and hints as HTML for JupyterLab: its colours in either theme, plain ones elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from drydock.text import _

LONGEST = 200  # characters of a value that are shown

# Styles stand in the elements, as JupyterLab drops <style> from the output of a notebook that isn't trusted.
TEXT = "color: var(--jp-ui-font-color1, inherit)"
LINE = "border: 1px solid var(--jp-border-color2, #888)"
CELL = f"{TEXT}; {LINE}; padding: 4px 8px; text-align: left; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; min-width: 6em"
GOOD = "color: var(--jp-success-color1, #2e7d32); font-weight: bold"
BAD = "color: var(--jp-error-color1, #c62828); font-weight: bold"


def inline(text: str) -> str:
    """Escape a text, and set what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text.strip()))


def shorten(text: str) -> str:
    """Return a value's text as it can be shown: at most 200 characters, its middle left out, no control codes."""
    text = "\n".join(text.expandtabs(4).splitlines())
    text = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
    if len(text) > LONGEST:
        half = (LONGEST - 3) // 2
        text = f"{text[:half]} … {text[-half:]}"
    return text


def report(heading: str, rows: Iterable[tuple[bool, str, str, str, str]]) -> str:
    """Return a table of (holds, what, expected, actual, hint), with the hint below a row that does not hold."""
    titles = "".join(_th(title) for title in (_("Result"), _("Looked at"), _("Expected"), _("Found")))
    body: list[str] = []
    for holds, what, expected, actual, note in rows:
        mark = f'<span style="{GOOD if holds else BAD}">{"✓" if holds else "✗"}</span>'
        word = _("holds") if holds else _("not yet")
        cells = _td(inline(shorten(what))) + "".join(
            _td(html.escape(shorten(value))) for value in (expected, actual)
        )
        body.append(f"<tr>{_td(f'{mark} {html.escape(word)}')}{cells}</tr>")
        if not holds:
            text = f"<strong>{html.escape(_('Hint'))}</strong>: {inline(note)}"
            body.append(f'<tr>{_td("")}<td colspan="3" style="{CELL}">{text}</td></tr>')
    return (
        f'<div style="{TEXT}"><strong>{html.escape(heading)}</strong></div>'
        f'<table style="border-collapse: collapse; margin: 4px 0 0 0">'
        f"<thead><tr>{titles}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    )


def hint(heading: str, text: str) -> str:
    """Return a hint as a paragraph with a line beside it."""
    style = f"{TEXT}; border-left: 4px solid var(--jp-info-color1, #0277bd); padding: 4px 8px"
    return f'<div style="{style}"><strong>{html.escape(heading)}</strong>: {inline(text)}</div>'


def _th(text: str) -> str:
    return f'<th scope="col" style="{CELL}">{html.escape(text)}</th>'


def _td(content: str) -> str:
    return f'<td style="{CELL}">{content}</td>'
