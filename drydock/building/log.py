"""What a builder's log says: its steps, and where and why it failed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from drydock.text import _

LAST = 6  # lines of a failed step's own output that are shown


@dataclass(frozen=True)
class Step:
    """An instruction that was carried out, or whose result was in the cache."""

    name: str
    cached: bool

    def __str__(self) -> str:
        return f"{_('cached') if self.cached else _('ran   ')} {self.name}"


@dataclass(frozen=True, repr=False)
class Failure:
    """Why a build failed: the Dockerfile's line (number and text, if the builder names one), what the step printed, the reason."""

    reason: str
    number: int = 0
    line: str = ""
    output: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = _("Failed in line {number}: {line}").format(number=self.number, line=self.line)
        return "\n".join(
            [place if self.number else _("Failed."), *self.output, _("Reason: {why}").format(why=self.reason)]
        )

    __repr__ = __str__


def steps(log: str, dockerfile: str = "") -> list[Step]:
    """Return a BuildKit log's steps that finished, in the order of the Dockerfile; a log has them as they came.

    Source: `docker buildx build --progress=plain`: "#7 [builder 2/4] RUN …", then "#7 CACHED" or "#7 DONE 0.3s".
    """
    cached = set(re.findall(r"^#(\d+) CACHED$", log, re.M))
    done = cached | set(re.findall(r"^#(\d+) DONE ", log, re.M))
    names = re.findall(r"^\s*FROM\s+.*?(?:\sAS\s+(\S+))?\s*$", dockerfile, re.M | re.I)
    order = {name or f"stage-{number}": number for number, name in enumerate(names)}
    found: dict[str, tuple[int, str, int, str]] = {}
    for number, stage, place, text in re.findall(r"^#(\d+) \[(.*?) *(\d+)/\d+\] (.+)$", log, re.M):
        name = stage.rpartition(" ")[2]  # before it there may be a platform
        found.setdefault(number, (order.get(name, len(order)), stage, int(place), " ".join(text.split())))
    return [
        Step(f"[{stage}] {text}" if stage else text, number in cached)
        for number, (_order, stage, _place, text) in sorted(found.items(), key=lambda item: item[1])
        if number in done and not text.startswith("FROM ")
    ]


def failure(log: str) -> Failure:
    """Return why the build of this log, which is BuildKit's or the classic builder's, failed."""
    reasons = (
        re.findall(r"^ERROR: (.+)$", log, re.M)
        or [line for line in log.splitlines() if line.strip()]
        or [_("no message")]
    )
    reason = re.sub(
        r"^(failed to solve: |failed to build: |dockerfile parse error on line \d+: )+", "", reasons[-1]
    )
    # "a ref kd82…::x0f…" is the builder's own name for a context, another one each time.
    reason = re.sub(r" of ref \S+:", ":", reason.replace("failed to compute cache key: ", ""))
    marked = re.findall(r"^ +(\d+) \| >>> (.*?) *$", log, re.M)
    printed = re.search(r"^------\n > .*:\n((?:.*\n)*?)------$", log, re.M)
    output = [re.sub(r"^\d+\.\d+ ?", "", line) for line in printed[1].splitlines()] if printed else []
    number, line = marked[0] if marked else (0, "")
    return Failure(reason, int(number), line, tuple(line for line in output if line.strip())[-LAST:])
