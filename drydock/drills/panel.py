"""Drills in a notebook: pick one by topic, level, or what you get wrong, and do it."""

from __future__ import annotations

import random

import ipywidgets as widgets

from drydock.client import LabellingClient
from drydock.drills import choosing
from drydock.drills.current import make_room, under_way
from drydock.drills.drill import every
from drydock.drills.parts import ENDED, READY
from drydock.drills.single import DrillPanel
from drydock.learning import attempts
from drydock.learning.attempts import Attempt
from drydock.levels import LEVELS
from drydock.panels import WIDE, Question, button, line, told
from drydock.text import _

__all__ = ["DrillPanel", "Drills", "under_way"]


class Drills(widgets.VBox):  # type: ignore[misc]
    """A chooser of drills: `topic`, `level` and `wrong` say of what kind, `pick` shows one, ready to start.

    `drill` names one, such as one that is due for review, whatever the others say. `panel` is the drill that is shown,
    None before the first. `rng` makes the choice repeatable.
    """

    def __init__(self, client: LabellingClient, rng: random.Random | None = None) -> None:
        self.client, self.rng = client, rng
        self.panel: DrillPanel | None = None
        topics = [(f"{lesson} {name}", lesson) for lesson, name in choosing.topics().items()]
        levels = [(word, level) for level, word in LEVELS.items()]
        self.topic = widgets.Dropdown(options=[(_("any"), None), *topics], description=_("topic"))
        self.level = widgets.Dropdown(options=[(_("any"), None), *levels], description=_("difficulty"))
        self.wrong = widgets.Checkbox(description=_("what I get wrong"), indent=False, layout=WIDE)
        drills = [(f"{drill.lesson} {drill.title}", drill.slug) for drill in every()]
        self.drill = widgets.Dropdown(
            options=[(_("any"), None), *drills], description=_("drill"), layout=WIDE
        )
        self.question, self.note, self.place = Question(), widgets.HTML(), widgets.VBox()
        row = [self.topic, self.level, self.wrong, button(_("Pick a drill"), self.pick, "random", "primary")]
        super().__init__([widgets.HBox(row), self.drill, self.question, self.note, self.place])
        if going_on := under_way():  # its cell may be gone, or has been run again
            going_on.use(client)
            self._show(going_on)

    def pick(self) -> None:
        """Show another drill of that kind; where one is under way, ask whether to end it."""
        self.note.value = ""
        make_room(self.question, self._pick)

    def _pick(self) -> None:
        past: list[Attempt] = []
        with told(self.note):  # without its file, nothing but "what I get wrong" is worse
            past = attempts.every()
            if self.wrong.value and self.drill.value is None and not choosing.failing(past):
                self.note.value = line(_("No exercise or drill of yours has failed: this may be any drill."))
        # What was only shown is no attempt, but would be a repetition as well.
        last = self.panel.drill.slug if self.panel is not None else None
        with told(self.note):
            drill, seed = choosing.choose(
                past, slug=self.drill.value, lesson=self.topic.value, level=self.level.value,
                wrong=self.wrong.value, last=last, rng=self.rng,
            )  # fmt: skip
            self._show(DrillPanel(self.client, drill, seed))

    def _show(self, panel: DrillPanel) -> None:
        old, self.panel = self.panel, panel
        if old is not None and old.state == ENDED and old.question.waits:  # whether to remove what is left
            self.place.children = (panel, old)
            return
        self.place.children = (panel,)
        if old is not None and old.state in (READY, ENDED):
            old.close()

    def __repr__(self) -> str:
        return _("Drills: pick one") if self.panel is None else repr(self.panel)
