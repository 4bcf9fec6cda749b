"""The clock of an interview's panel: it shows the time, can be stopped, and costs a line of text a second."""

from __future__ import annotations

import ipywidgets as widgets

from drydock.clocks import minutes
from drydock.interview.mock import MockInterview
from drydock.interview.planning import PER_QUESTION
from drydock.panels import Clocked, button, line
from drydock.text import _

LONGEST = 20 * 60  # s that the clock runs on at one step


class Timed(Clocked):
    """A panel with a clock for its interview, `mock`."""

    def __init__(self) -> None:
        self.mock: MockInterview | None = None
        self._since = 0.0  # s on the clock at which this step began, or went on
        self.time, self.note = widgets.HTML(), widgets.HTML()
        self.pause_button = button(_("Pause"), self.pause, "pause")
        super().__init__()

    def pause(self) -> None:
        """Stop the clock, or let it go on."""
        if self.mock is None or self.mock.ended:
            return
        if self.mock.paused:
            self.mock.resume()
        else:
            self.mock.pause()
        self.note.value = ""
        self._clock()

    def _clock(self) -> None:
        """Show the time, and let it go on where the interview does."""
        assert self.mock is not None
        self._since = self.mock.whole.seconds
        self._tick()
        self.pause_button.description = _("Go on") if self.mock.paused else _("Pause")
        self._ticking(not self.mock.paused)

    def _tick(self) -> None:
        mock = self.mock
        if mock is None:
            return
        if not mock.paused and mock.whole.seconds - self._since > LONGEST:
            self._stop_by_itself(mock)
        spent = minutes(mock.whole.seconds)
        text = _("{spent} of {minutes}").format(spent=spent, minutes=minutes(60 * mock.plan.minutes))
        if mock.current is not None:
            this = _("this question {spent} of {minutes}").format(
                spent=minutes(mock.clock.seconds), minutes=minutes(60 * PER_QUESTION)
            )
            text = f"{text}, {this}"
        self.time.value = line(text)

    def _stop_by_itself(self, mock: MockInterview) -> None:
        mock.pause()
        self._ticking(False)
        self.pause_button.description = _("Go on")
        said = _(
            "The clock was stopped, as it had run for {minutes} min at this step. “Go on” starts it again."
        )
        self.note.value = line(said.format(minutes=LONGEST // 60))
