"""What the check of a drill looks with: a name is enough, whoever has made what is called so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from docker.errors import NotFound

from drydock.checks import texts
from drydock.checks.see import See
from drydock.text import _

T = TypeVar("T")


class SeeDrill(See):
    """As for an exercise, but for labels: a repair may come from any tool, and names in a drill are nobody else's."""

    def _ours(
        self,
        kind: str,
        name: str,
        get: Callable[[str], T],
        labels_of: Callable[[T], Mapping[str, str] | None],
        unlabelled: bool = False,
    ) -> T:
        what, there = texts.KINDS[kind].format(name=name), _("there")
        try:
            found = get(name)
        except NotFound:
            self.require(what, there, _("not there"), False, texts.MISSING[kind])
            raise  # not reached
        self.expect(what, expected=there, actual=there, holds=True, hint="")
        return found
