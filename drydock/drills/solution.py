"""The reference repair as code: what it does, and what it calls of its drill's set-up."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable
from typing import Any

from drydock.drills.scene import Scene
from drydock.text import _

ABOUT = _(
    "`scene` is the drill's set-up: `scene.run` puts a container in the place of the one with its name, `scene.build` builds the Dockerfile in the drill's folder."
)


def code(repair: Callable[[Any], None], scene: Scene) -> str:
    """Return a repair as Markdown; below it the drill's own methods that it calls, as nobody else knows them."""
    source = inspect.getsource(repair)
    own = vars(type(scene))
    called = [own.get(name) for name in dict.fromkeys(re.findall(r"\bscene\.(\w+)\(", source))]
    parts = [source, *(inspect.getsource(one) for one in called if inspect.isfunction(one))]
    lines = "\n".join(textwrap.dedent(part) for part in parts)
    return f"```python\n{lines}```\n\n{ABOUT}"
