"""The command line: python -m tools.lessons."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.lessons.run import Course, differences, generate
from tools.lessons.split import LessonError


def main(arguments: list[str] | None = None, root: Path | None = None) -> int:
    parser = argparse.ArgumentParser("python -m tools.lessons", description=__doc__)
    parser.add_argument("--lesson", metavar="NN", help="only this lesson, such as 04")
    parser.add_argument("--check", action="store_true", help="list notebooks that don't match source/")
    parser.add_argument("--no-execute", action="store_true", help="write notebooks without running them")
    parser.add_argument("--force", action="store_true", help="run notebooks whose code has not changed too")
    given = parser.parse_args(arguments)
    course = Course(root or Path(__file__).resolve().parents[2])
    failed = False
    try:
        if given.check:
            wrong = differences(course, given.lesson)
            for path in wrong:
                print(f"does not match source/: {path.relative_to(course.root)}", file=sys.stderr)
            return 1 if wrong else 0
        for source in course.sources(given.lesson):
            try:
                for path in generate(course, source, run=not given.no_execute, force=given.force):
                    print(f"wrote {path.relative_to(course.root)}")
            except LessonError as error:  # the other lessons can still be made
                print(error, file=sys.stderr)
                failed = True
    except LessonError as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
