"""One line, one object: also for a traceback."""

import json
import logging
import sys

from jsonlog import JSONLines


def line(**members):
    record = logging.LogRecord(
        "web", logging.INFO, "web.py", 1, "%s ships", (3,), members.pop("exc_info", None)
    )
    record.__dict__.update(members)
    return JSONLines("web").format(record)


def test_members():
    read = json.loads(line(data={"request": "a1"}))
    assert (read["level"], read["message"], read["request"]) == ("info", "3 ships", "a1")
    assert read["time"].endswith("+00:00")


def test_a_traceback_stays_one_line():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        text = line(exc_info=sys.exc_info())
    assert "\n" not in text
    assert "ValueError" in json.loads(text)["exception"]
