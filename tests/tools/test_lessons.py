"""The generator of notebooks, on small lessons of its own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tools.lessons.__main__ import main
from tools.lessons.outputs import read_patterns
from tools.lessons.run import read_stored
from tools.lessons.split import LessonError, split

SANITIZE = Path(__file__).parents[1] / "sanitize.cfg"

LESSON = """\
# A lesson

```bash
# no heading
```

```{code-cell}
:name: sum

print(1 + 1)
```

+++

# Exercises

```{code-cell}
:tags: [solution, raises-exception]

1 / 0
```

```{code-cell}
:tags: [check]

print("checked")
```

+++ {"tags": ["hint"]}

Divide.
"""
SUM = "print(1 + 1)"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "tests").mkdir()
    shutil.copy(SANITIZE, tmp_path / "tests")
    write(tmp_path, LESSON)
    return tmp_path


def write(root: Path, text: str) -> Path:
    source = root / "source" / "01_small.md"
    source.write_text(text, encoding="utf-8")
    return source


def sources(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells]


def stored_bytes(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.ipynb")}


def first_outputs(root: Path) -> list[NotebookNode]:
    notebook = read_stored(root / "notebooks" / "01_small.ipynb")
    assert notebook is not None
    return list(next(cell for cell in notebook.cells if cell.cell_type == "code").outputs)


def rerun(root: Path, old: str, new: str) -> None:
    """Run again with the first cell's stored output changed, as if an earlier run had given that."""
    path = root / "notebooks" / "01_small.ipynb"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert main(["--force"], root) == 0


def test_split_gives_lesson_exercises_and_solutions(root: Path) -> None:
    notebooks = split(root / "source" / "01_small.md")
    assert sources(notebooks["notebooks"])[-1] == SUM
    assert sources(notebooks["exercises"]) == ["# Exercises", "# Your work", 'print("checked")', "Divide."]
    assert sources(notebooks["solutions"]) == ["# Exercises", "1 / 0", 'print("checked")']
    assert "tags" not in notebooks["exercises"].cells[1].metadata


def test_ids_are_unique_and_stay_when_another_section_grows(root: Path) -> None:
    before = split(root / "source" / "01_small.md")
    after = split(write(root, LESSON.replace("+++\n\n# Ex", "```{code-cell}\nx = 1\n```\n\n# Ex", 1)))
    ids = [cell.id for cell in [*before["notebooks"].cells, *before["exercises"].cells]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9-_]{1,64}", i) for i in ids)
    assert "l01-sum" in ids
    assert [c.id for c in before["exercises"].cells] == [c.id for c in after["exercises"].cells]
    assert [c.id for c in before["notebooks"].cells] == [c.id for c in after["notebooks"].cells][:2]


def test_repeated_headings_give_different_ids(root: Path) -> None:
    again = "+++\n\n## Try it\n\n```{code-cell}\nx = 1\n```\n\n"
    cells = split(write(root, LESSON.replace("+++\n\n# Ex", f"{again}{again}+++\n\n# Ex")))["notebooks"].cells
    assert len({cell.id for cell in cells}) == len(cells) == 6


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# Exercises", "# Practice", "no cell starts with '# Exercises'"),
        (":name: sum", ":name: a b", "name 'a b'"),
        (":tags: [check]", ":name: sum", "two cells are called l01-sum"),
        (":name: sum", ":tags: [solution]", "belong after"),
        (":tags: [check]", ":tags: check", "not a MyST notebook"),
    ],
)
def test_unusable_source_is_an_error(root: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(LessonError, match=re.escape(message)):
        split(write(root, LESSON.replace(old, new)))


def test_two_runs_give_the_same_valid_bytes(root: Path) -> None:
    assert main([], root) == 0
    before = stored_bytes(root)
    assert main(["--force"], root) == 0
    assert stored_bytes(root) == before
    assert len(before) == 3
    for name, content in before.items():
        nbformat.validate(nbformat.reads(content.decode(), as_version=4))
        assert content.endswith(b"}\n") and b"\n\n" not in content
        # Exercises are for the learner to run.
        assert (b'"execution_count": 1' in content) is not name.startswith("exercises")
    assert main(["--check"], root) == 0


def test_only_changed_code_runs_again(root: Path) -> None:
    count = 'with open("runs", "a") as file:\n    file.write("x")'
    lesson = LESSON.replace(SUM, count)
    write(root, lesson)
    assert main([], root) == 0
    write(root, lesson.replace("# A lesson", "# The lesson"))
    assert main([], root) == 0
    runs = root / "notebooks" / "runs"
    assert runs.read_text() == "x"
    assert "The lesson" in (root / "notebooks" / "01_small.ipynb").read_text(encoding="utf-8")
    write(root, lesson.replace(count, count + "\n1"))
    assert main(["--no-execute"], root) == 0
    assert (runs.read_text(), first_outputs(root)) == ("x", [])
    # What was written without a run has no outputs, so it runs the next time.
    assert main(["--lesson", "1"], root) == 0
    assert runs.read_text() == "xx"


def test_check_lists_what_differs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-execute"], root) == 0
    assert main(["--check"], root) == 0
    capsys.readouterr()
    write(root, LESSON.replace("1 + 1", "1 + 2"))
    (root / "solutions" / "02_gone.ipynb").write_text("{}")
    assert main(["--check"], root) == 1
    listed = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in listed] == ["notebooks/01_small.ipynb", "solutions/02_gone.ipynb"]
    assert main(["--check", "--lesson", "07"], root) == 1


def test_tagged_cell_that_raises_nothing_fails(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(root, LESSON.replace("1 / 0", "1 / 1"))
    assert main([], root) == 1
    assert "tagged raises-exception, but it raised nothing" in capsys.readouterr().err
    assert not (root / "solutions" / "01_small.ipynb").exists()


def test_failing_cell_leaves_the_stored_notebook(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], root) == 0
    before = stored_bytes(root)
    write(root, LESSON.replace(SUM, 'raise ValueError("broken here")'))
    assert main([], root) == 1
    message = capsys.readouterr().err
    assert "01_small.ipynb: cell l01-sum failed" in message
    assert "ValueError: broken here" in message
    assert stored_bytes(root) == before


def test_output_is_kept_when_only_a_digest_and_a_time_changed(root: Path) -> None:
    write(root, LESSON.replace(SUM, f'print("sha256:{"a" * 64} in 0.31 s")'))
    assert main([], root) == 0
    rerun(root, f'"sha256:{"a" * 64} in 0.31 s\\n"', f'"sha256:{"b" * 64} in 1.07 s\\n"')
    assert first_outputs(root)[0].text == f"sha256:{'b' * 64} in 1.07 s\n"
    rerun(root, f'"sha256:{"b" * 64} in 1.07 s\\n"', f'"sha256:{"b" * 64} within 1.07 s\\n"')
    assert first_outputs(root)[0].text == f"sha256:{'a' * 64} in 0.31 s\n"


def test_a_builds_cache_changes_no_output_that_is_not_tested(root: Path) -> None:
    ran, cached = "ran    RUN true", "cached RUN true"
    for tags, kept in ((":tags: [nbval-ignore-output]\n", cached), ("", ran)):
        write(root, LESSON.replace(f":name: sum\n\n{SUM}", f":name: sum\n{tags}\nprint({ran!r})"))
        assert main(["--force"], root) == 0
        rerun(root, f'"{ran}\\n"', f'"{cached}\\n"')
        assert first_outputs(root)[0].text == f"{kept}\n"


def test_picture_is_kept_while_its_code_and_text_stay(root: Path) -> None:
    show = 'import IPython\nIPython.display.display({"image/png": "AAAA", "text/plain": "Figure"}, raw=True)'
    write(root, LESSON.replace(SUM, show))
    assert main([], root) == 0
    rerun(root, '"image/png": "AAAA"', '"image/png": "BBBB"')
    assert first_outputs(root)[0].data["image/png"] == "BBBB"
    write(root, LESSON.replace(SUM, show + "  # changed"))
    assert main([], root) == 0
    assert first_outputs(root)[0].data["image/png"] == "AAAA"


def test_streams_merge_and_no_machine_path_is_stored(root: Path) -> None:
    (root / "notebooks").mkdir()
    (root / "notebooks" / "broken.py").write_text("def go():\n    raise OSError('no')\n")
    lines = "import sys\nprint(1, flush=True)\nprint(2, file=sys.stderr, flush=True)\nprint(3)"
    cell = "```{code-cell}\n:tags: [raises-exception]\nimport broken\nbroken.go()\n```\n\n+++\n\n# Ex"
    write(root, LESSON.replace(SUM, lines).replace("+++\n\n# Ex", cell))
    assert main([], root) == 0
    assert sorted((o.name, o.text) for o in first_outputs(root)) == [("stderr", "2\n"), ("stdout", "1\n3\n")]
    text = (root / "notebooks" / "01_small.ipynb").read_text(encoding="utf-8")
    assert "broken.py" in text and str(root) not in text


@pytest.mark.parametrize(
    ("text", "sanitized"),
    [
        ("9f86d081884c", "SHORT_ID"),
        ("123456789012", "123456789012"),
        ("effacedfaced", "effacedfaced"),
        ("<X at 0x7f01dead00>", "<X at ADDRESS>"),
        ("flag 0x1f", "flag 0x1f"),
        ("pid:[4026531840]", "pid:[NAMESPACE]"),
        ("0.31 s, 12 ms, 10 s", "TIME, TIME, 10 s"),
        ("PID 1, PID 4711, pid=12", "PID 1, PID NUMBER, pid=NUMBER"),
        (f"sha256:{'0a' * 32} {'0a' * 32}", "sha256:DIGEST LONG_ID"),
    ],
)
def test_patterns_are_narrow(text: str, sanitized: str) -> None:
    for regex, replace in read_patterns(SANITIZE):
        text = re.sub(regex, replace, text)
    assert text == sanitized


def test_a_solution_that_does_not_pass_its_check_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, LESSON.replace('print("checked")', '"01.1 A task: not yet: 0 of 1 observations hold"'))
    assert main(["--force"], root) == 1
    assert "the solution does not pass\n'01.1 A task: not yet" in capsys.readouterr().err
    assert not (root / "solutions" / "01_small.ipynb").exists()
