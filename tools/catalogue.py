"""The list of all texts for learners: python -m tools.catalogue writes it, --check compares it."""

from __future__ import annotations

import argparse
import ast
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "drydock" / "locale" / "drydock.pot"
# No date, and no line numbers below: the file changes only when a text does.
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'


def texts(root: Path = ROOT) -> dict[str, list[str]]:
    """Return each text in `_("...")` below drydock/, with the files that use it.

    Raises ValueError for `_()` of anything but one literal string: it could not be translated.
    """
    found: dict[str, list[str]] = {}
    for path in sorted((root / "drydock").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"):
                continue
            match node.args:
                case [ast.Constant(value=str(text))] if text:
                    used = found.setdefault(text, [])
                    if name not in used:
                        used.append(name)
                case _:
                    raise ValueError(
                        f"{name}:{node.lineno}: _() takes one literal text; format it afterwards"
                    )
    return found


def render(found: dict[str, list[str]]) -> str:
    """Return the catalogue in gettext's template format."""
    entries = [HEADER]
    for text, files in sorted(found.items()):
        flag = "#, python-brace-format\n" if "{" in text else ""
        # JSON escapes quotes, backslashes and line ends the way gettext does.
        quoted = json.dumps(text, ensure_ascii=False)
        entries.append(f'#: {" ".join(files)}\n{flag}msgid {quoted}\nmsgstr ""\n')
    return "\n".join(entries)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m tools.catalogue", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the list is out of date")
    given = parser.parse_args(arguments)
    new = render(texts())
    old = CATALOGUE.read_text(encoding="utf-8") if CATALOGUE.exists() else ""
    if new == old:
        return 0
    if given.check:
        print("drydock.pot is out of date: run python -m tools.catalogue", file=sys.stderr)
        return 1
    CATALOGUE.parent.mkdir(exist_ok=True)
    CATALOGUE.write_text(new, encoding="utf-8")
    print(f"wrote {CATALOGUE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
