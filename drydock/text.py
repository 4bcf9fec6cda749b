"""Text for learners, through one gettext catalogue: a translation is a file in locale/."""

from __future__ import annotations

import gettext
from pathlib import Path

_ = gettext.translation("drydock", Path(__file__).parent / "locale", fallback=True).gettext
