"""What a check saw."""

from __future__ import annotations

from dataclasses import dataclass

from drydock import markup
from drydock.text import _


@dataclass(frozen=True)
class Observation:
    """One look at the engine; `hint` is for when it does not hold."""

    what: str
    expected: str
    actual: str
    holds: bool
    hint: str


@dataclass(frozen=True, repr=False)
class Report:
    """All that a check saw, in order, and the seconds it took."""

    task_id: str
    title: str
    observations: tuple[Observation, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether something was looked at, and all of it holds."""
        return bool(self.observations) and all(seen.holds for seen in self.observations)

    @property
    def heading(self) -> str:
        """The task, and how it stands."""
        verdict = _("passed")
        if not self.passed:
            verdict = _("not yet: {held} of {total} observations hold").format(
                held=sum(seen.holds for seen in self.observations), total=len(self.observations)
            )
        return f"{self.task_id} {self.title}: {verdict}"

    # Neither form has the seconds: stored outputs are compared with new ones.
    def __str__(self) -> str:
        lines = [self.heading]
        for seen in self.observations:
            actual = markup.shorten(seen.actual).replace("\n", "\n    ")
            if seen.holds:
                lines.append(f"  ✓ {seen.what}: {actual}")
                continue
            lines.append(
                _("  ✗ {what}: expected {expected}, found {actual}").format(
                    what=seen.what, expected=seen.expected, actual=actual
                )
            )
            lines.append(_("    Hint: {hint}").format(hint=seen.hint))
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = [(s.holds, s.what, s.expected, s.actual, s.hint) for s in self.observations]
        return markup.report(self.heading, rows)
