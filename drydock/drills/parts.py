"""What a drill's panel is made of, and what is shown in it; what it does is in `single`."""

from __future__ import annotations

import html

import ipywidgets as widgets
import traitlets

from drydock.clocks import minutes
from drydock.drills.drill import Drill
from drydock.drills.running import HINTS, PER_HINT, Practice
from drydock.levels import about
from drydock.panels import Clocked, Question, block, button, line, markdown
from drydock.text import _

LIMIT = 10  # s that a start takes at most, with its images there
READY, STARTING, RUNNING, ENDED = "ready", "starting", "running", "ended"


class Parts(Clocked):
    """The parts of a panel, from top to bottom, for one drill."""

    state = traitlets.Unicode(READY)

    def __init__(self, drill: Drill) -> None:
        self.drill = drill
        self.practice: Practice | None = None
        self.head, self.time, self.place, self.note, self.report = (widgets.HTML() for _part in range(5))
        self.output, self.story, self.hints, self.solution = (widgets.Output() for _part in range(4))
        self.bar = widgets.IntProgress(max=LIMIT, description=_("starting"), layout={"display": "none"})
        self.question = Question()
        title, kind = html.escape(drill.title), html.escape(about(drill.lesson, drill.level))
        self.head.value = block(f"<strong>{title}</strong> ({kind})")
        self.start_button = button(_("Start"), self.start, "play", "primary")
        self.check_button = button(_("Check"), self.check, "check")
        self.hint_button = button(_("Hint (+{time})").format(time=minutes(PER_HINT)), self.hint)
        self.give_up_button = button(_("Give up"), self.give_up)
        self.end_button = button(_("End"), self.end, "stop")
        row = [self.start_button, self.check_button, self.hint_button, self.give_up_button, self.end_button]
        super().__init__(
            [self.head, self.time, self.bar, self.output, self.story, self.place, widgets.HBox(row), self.question,
             self.note, self.report, self.hints, self.solution]
        )  # fmt: skip
        self.observe(lambda _change: self._enable(), names="state")
        self._enable()

    # What the buttons do.
    def start(self) -> None:
        raise NotImplementedError

    def check(self) -> None:
        raise NotImplementedError

    def hint(self) -> None:
        raise NotImplementedError

    def give_up(self) -> None:
        raise NotImplementedError

    def end(self) -> None:
        raise NotImplementedError

    def _enable(self) -> None:
        there = self.state not in (READY, STARTING, ENDED)
        more = self.practice is not None and self.practice.hints < HINTS
        self.start_button.disabled = self.state != READY
        self.check_button.disabled = self.give_up_button.disabled = self.end_button.disabled = not there
        self.hint_button.disabled = self.state != RUNNING or not more
        if there and self.state != RUNNING:
            self.give_up_button.description = _("Show the reference repair")

    def _tick(self) -> None:
        if self.practice is not None:
            self.time.value = line(self.practice.reading)
        elif self.bar.value < LIMIT:
            self.bar.value += 1

    def _tell(self, practice: Practice) -> None:
        """Show the story, and where its files are."""
        self.story.outputs = markdown(practice.story)
        if practice.scene.folder.exists():
            self.place.value = line(_("Its files are in `{path}`").format(path=practice.scene.folder))

    # Where no widget can be shown, and in stored outputs, this text stands for it.
    def __repr__(self) -> str:
        told = self.practice.story if self.practice is not None else _("not started")
        return f"{self.drill.title}\n\n{told}"
