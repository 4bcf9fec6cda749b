"""What somebody is interviewed for: how often each lesson comes, and Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drydock.errors import DrydockError
from drydock.text import _


@dataclass(frozen=True)
class Role:
    """A job: the weight of each lesson, 1 where none is given, and the factor for questions about Python."""

    slug: str
    title: str
    lessons: Mapping[str, float]
    python: float

    def weight(self, lesson: str, python: bool = False) -> float:
        """Return how likely something of this lesson is, against the others."""
        return self.lessons.get(lesson, 1.0) * (self.python if python else 1.0)


ROLES = (
    Role(
        "python-backend",
        _("Python backend developer"),
        {"03": 2, "04": 3, "05": 2, "06": 2, "07": 1.5, "10": 2},
        python=2,
    ),
    Role(
        "devops",
        _("DevOps engineer"),
        {"02": 2, "05": 1.5, "06": 2, "07": 3, "08": 2, "09": 3, "10": 2, "03": 0.5},
        python=0.7,
    ),
    Role(
        "data-scientist",
        _("Data scientist"),
        {"01": 2, "03": 3, "04": 3, "05": 1.5, "06": 2, "08": 2, "02": 0.5, "07": 0.5, "09": 0.5},
        python=3,
    ),
)


def role(slug: str) -> Role:
    """Return a role by its short name. Raises DrydockError with the names that there are."""
    for one in ROLES:
        if one.slug == slug:
            return one
    raise DrydockError(
        _("There is no role {slug!r}.").format(slug=slug),
        _("Nothing was planned."),
        _("the roles are {slugs}.").format(slugs=", ".join(one.slug for one in ROLES)),
    )
