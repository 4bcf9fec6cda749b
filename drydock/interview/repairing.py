"""The drill of an interview in the panel, and what follows it."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from drydock.client import LabellingClient, current
from drydock.drills.panel import DrillPanel, under_way
from drydock.drills.parts import ENDED
from drydock.interview import views
from drydock.interview.mock import MockInterview
from drydock.learning import attempts
from drydock.panels import button, line, told
from drydock.text import _


class Repairing(widgets.VBox):  # type: ignore[misc]
    """The step with the drill: `start` needs the engine, `then` leads to the report with or without it.

    `panel` is the drill's own, None before it was started.
    """

    def __init__(
        self,
        mock: MockInterview,
        then: Callable[[], object],
        connect: Callable[[], LabellingClient] = current,
    ) -> None:
        self.mock, self._connect = mock, connect
        self.panel: DrillPanel | None = None
        self.start_button = button(_("Get the drill"), self.start, "wrench", "primary")
        self.next_button = button(_("Leave it out"), then)
        self.note, self.place, self.said = widgets.HTML(), widgets.VBox(), widgets.Output()
        row = widgets.HBox([self.start_button, self.next_button])
        super().__init__([widgets.HTML(self._text()), row, self.note, self.said, self.place])
        if mock.drill_begun:
            self._resume()

    def start(self) -> None:
        """Connect to an engine, and show the drill's own panel; where there is no engine, say so."""
        self.start_button.disabled = True
        try:
            with self.said, told(self.note, line(_("You can leave the drill out."))):
                self._show(DrillPanel(self._connect(), self.mock.plan.drill, self.mock.plan.seed))
                self.mock.drill_begun = attempts.now()
        finally:
            self.start_button.disabled = self.panel is not None

    def finish(self) -> None:
        """End the drill if it runs."""
        if self.panel is not None and self.panel.state != ENDED:
            self.panel.end()

    def _resume(self) -> None:
        """Show the drill that was begun before this step was left, if it is still under way."""
        self.next_button.description = _("To the report")
        panel = under_way()
        if panel is not None and panel.drill == self.mock.plan.drill:
            self.start_button.disabled = True
            self._show(panel)

    def _show(self, panel: DrillPanel) -> None:
        self.panel, self.place.children, self.note.value = panel, (panel,), ""
        self.next_button.description = _("To the report")

    def _text(self) -> str:
        plan = self.mock.plan
        heading = _("The drill, about {minutes} min: {title}").format(
            minutes=plan.drill_minutes, title=plan.drill.title
        )
        return views.aside(
            heading,
            _(
                "Something is broken on the engine, and you repair it with any tool: cells below, a terminal, docker. “Get the drill” looks for an engine. Then press Start, read the story, and check as often as you like."
            ),
        )
