"""Outputs as they are stored: the same run twice gives no difference to look at."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbval.plugin import coalesce_streams, get_sanitize_patterns

PICTURES = ("image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
UNTESTED = "nbval-ignore-output"
# Whether a step of a build comes from the cache depends on what was built before; where a page is about that, it is tested.
CACHE = (r"(?m)^(?:cached|ran   ) (?=\S)", "step ")

Patterns = list[tuple[str, str]]


def read_patterns(path: Path) -> Patterns:
    """The patterns of an nbval file, read as nbval reads them (a regex given twice counts once)."""
    return list(dict(get_sanitize_patterns(path.read_text(encoding="utf-8"))).items())


def tidy(notebook: NotebookNode, root: Path) -> None:
    """Merge streams as nbval does, count cells from 1, and take this machine's paths out of tracebacks."""
    count = 0
    for cell in code_cells(notebook):
        cell.outputs = coalesce_streams(cell.outputs)
        cell.metadata.pop("execution", None)
        if cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
            if output.output_type == "error":
                output.traceback = [line.replace(f"{root}/", "") for line in output.traceback]


def keep_stored(new: NotebookNode, stored: NotebookNode | None, patterns: Patterns) -> None:
    """Take over stored outputs that say the same as the new ones.

    The same is: equal once sanitized. A picture differs from one library version to the next, so it counts
    only when the source of its cell is another one. Where an output is not tested, a build's cache does not count.
    """
    before = {cell.id: cell for cell in code_cells(stored)} if stored else {}
    for cell in code_cells(new):
        old = before.get(cell.id)
        if old is None or (old.execution_count is None) != (cell.execution_count is None):
            continue
        pictures = old.source != cell.source
        untested = UNTESTED in cell.metadata.get("tags", ())
        same = [*patterns, CACHE] if untested else patterns
        if _meaning(old, same, pictures) == _meaning(cell, same, pictures):
            cell.outputs = copy.deepcopy(old.outputs)


def take_over(new: NotebookNode, stored: NotebookNode) -> None:
    """Give `new` the outputs of `stored`, which has the same code."""
    for cell, old in zip(code_cells(new), code_cells(stored), strict=True):
        cell.outputs, cell.execution_count = copy.deepcopy(old.outputs), old.execution_count


def code(notebook: NotebookNode) -> list[Any]:
    """What decides the outputs: ids, sources and tags of the code cells, in order."""
    return [(cell.id, cell.source, dict(cell.metadata)) for cell in code_cells(notebook)]


def form(notebook: NotebookNode) -> str:
    """The notebook without what a run puts in."""
    bare = copy.deepcopy(notebook)
    for cell in code_cells(bare):
        cell.outputs, cell.execution_count = [], None
    return json.dumps(bare, sort_keys=True)


def has_run(notebook: NotebookNode) -> bool:
    """Whether outputs are there; a notebook with nothing to run needs none."""
    cells = [cell for cell in code_cells(notebook) if cell.source.strip()]
    return not cells or any(cell.execution_count is not None for cell in cells)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _meaning(cell: NotebookNode, patterns: Patterns, pictures: bool) -> list[Any]:
    result = []
    for output in coalesce_streams(copy.deepcopy(cell.outputs)):
        plain = {k: v for k, v in output.items() if k not in ("execution_count", "metadata", "data")}
        # A picture still counts as being there or not, under its type.
        data = {k: v if pictures or k not in PICTURES else "" for k, v in output.get("data", {}).items()}
        result.append(_sanitize({**plain, "data": data}, patterns))
    return result


def _sanitize(value: Any, patterns: Patterns) -> Any:
    if isinstance(value, dict):
        return {key: item if key in PICTURES else _sanitize(item, patterns) for key, item in value.items()}
    if isinstance(value, list):
        return [_sanitize(item, patterns) for item in value]
    if not isinstance(value, str):
        return value
    value = COLOUR.sub("", value)
    for regex, replace in patterns:
        value = re.sub(regex, replace, value)
    return value
