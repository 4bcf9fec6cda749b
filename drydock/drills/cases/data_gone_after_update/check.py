"""What is in the book, and what of it a container finds that is made anew."""

from __future__ import annotations

import json

from docker.models.containers import Container

from drydock.checks import alike
from drydock.checks.see import See
from drydock.drills.cases.data_gone_after_update.broken import Broken
from drydock.text import _
from drydock.waiting import patient

WATCHED = 6  # s in which a new entry must come; the service writes three a second
READ = """
import json, os, sqlite3
book = sqlite3.connect("file:" + os.environ["BOOK"] + "?mode=ro", uri=True, timeout=10)
print(json.dumps([entry for entry, in book.execute("SELECT entry FROM {table}")]))
"""


def check(scene: Broken, see: See) -> None:
    found = see.container(scene.desk, running=True)
    read = ["python", "-c", READ.format(table=scene.table)]

    def entries() -> list[str]:
        return _listed(*see.exec(found, read))

    before = patient(entries, WATCHED)
    kept = [entry for entry in scene.entries if entry in before]
    see.require(
        _("what people have noted today, in the service's book"),
        ", ".join(scene.entries),
        ", ".join(kept) or _("none of it"),
        len(kept) == len(scene.entries),
        _("A new volume is an empty one. Until its container is removed, the old book can still be copied."),
    )
    now = patient(entries, WATCHED, lambda seen: len(seen) > len(before))
    see.require(
        _("new entries within {seconds} s").format(seconds=WATCHED),
        _("some"),
        _("some") if len(now) > len(before) else _("none"),
        len(now) > len(before),
        _("The service must be able to write to the file that `BOOK` names, and to the folder around it."),
    )
    survived = _anew(see, found, read)
    lost = [entry for entry in now if entry not in survived]
    whole = _("every entry")
    see.expect(
        _("what a container finds that is made anew, from the same image and with the same settings"),
        expected=whole,
        actual=whole if not lost else _("not all") if survived else _("no book, or an empty one"),
        holds=not lost,
        hint=_("What lies at the folder of the book: a mount, or the container's own layer? Only what is in a mount with a name outlives the container, and a mount counts for its own path only."),
    )  # fmt: skip


def _anew(see: See, found: Container, read: list[str]) -> list[str]:
    """Return the entries that a container of our own has, set up as the learner's: its own layer is a new one."""
    settings = alike.settings(found) | {
        "entrypoint": read[:1],
        "tty": False,
        "volumes_from": found.attrs["HostConfig"].get("VolumesFrom"),
    }
    return _listed(*see.probe(found.attrs["Config"]["Image"], read[1:], **settings))


def _listed(code: int, text: str) -> list[str]:
    try:
        return list(json.loads(text)) if code == 0 else []
    except ValueError:
        return []
