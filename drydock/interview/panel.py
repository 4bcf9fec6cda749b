"""A mock interview in a notebook: choose, answer, compare and rate, repair, and read the report."""

from __future__ import annotations

import ipywidgets as widgets

from drydock.drills.parts import ENDED
from drydock.interview.asking import Asking
from drydock.interview.closing import Closing
from drydock.interview.mock import MockInterview
from drydock.interview.planning import LENGTHS, plan
from drydock.interview.repairing import Repairing
from drydock.interview.report import report
from drydock.interview.roles import ROLES, role
from drydock.interview.timed import Timed
from drydock.panels import button, line, told
from drydock.text import _

_open: Interview | None = None  # one at a time in a kernel


class Interview(Timed):
    """A mock interview: `role` and `length` choose, `start` begins; the methods do what the buttons do.

    `step` is what is shown: an Asking, a Repairing or a Closing, and None before the start. `mock` is the interview.
    One that was left in this kernel goes on here with `take_up`. A `seed` makes the choice repeatable.
    """

    def __init__(self, seed: int | None = None) -> None:
        global _open
        super().__init__()
        self.seed = seed
        self.step: Asking | Repairing | Closing | None = None
        self._left = _open.leave() if _open is not None else None
        self.role = widgets.Dropdown(options=[(one.title, one.slug) for one in ROLES], description=_("role"))
        lengths = [(_("{minutes} min").format(minutes=length), length) for length in LENGTHS]
        self.length = widgets.ToggleButtons(options=lengths, value=30, description=_("length"))
        self.start_button = button(_("Start"), self.start, "play", "primary")
        self.take_up_button = button(_("Go on with the one that you left"), self.take_up, "play")
        self.end_button = button(_("End here"), self.end, "stop")
        self.place = widgets.VBox()
        starting = [self.start_button, self.take_up_button] if self._left else [self.start_button]
        self.place.children = [self.role, self.length, widgets.HBox(starting)]
        self.bar = widgets.HBox([self.time, self.pause_button, self.end_button], layout={"display": "none"})
        self.children = [self.bar, self.place, self.note]
        _open = self

    def start(self) -> None:
        """Plan an interview, and ask its first question; one that was left is ended, with what was rated."""
        if self.mock is not None:
            return
        with told(self.note):
            planned = plan(role(self.role.value), self.length.value, self.seed)
            if self._left is not None:
                self._left.end()
            self._go(MockInterview(planned))

    def take_up(self) -> None:
        """Go on with the interview that was left in this kernel."""
        if self.mock is None and self._left is not None:
            self._left.resume()
            self._go(self._left)

    def go_on(self) -> None:
        """Write the answer down, and go on to the next question or the drill."""
        assert self.mock is not None
        with told(self.note):  # a full disk, say: the answer is still here
            self.mock.go_on()
            self._show()
            self.pause_button.focus()  # a page that was scrolled down to "Next" shows the beginning of what comes now

    def end(self) -> None:
        """Go to the report, and end a drill that runs; what is rated is written down."""
        if self.mock is None or isinstance(self.step, Closing):
            return
        with told(self.note):
            if isinstance(self.step, Repairing):
                self.step.finish()
            self.mock.end()
            self._show()

    def leave(self) -> MockInterview | None:
        """Stop the clock, and return the interview if it is not over: another panel can go on with it, this one not."""
        if self.mock is not None and self.mock.ended:  # its report can still be read and exported
            return None
        left = self._left if self.mock is None else self.mock
        self._stop()
        self.mock = self._left = None
        self.children = [widgets.HTML(line(_("There is a newer panel, which can go on from here.")))]
        return None if left is None or left.ended else left

    def close(self) -> None:
        """Take the panel away; its clock ends with it, and a new panel can go on with its interview."""
        self._stop()
        super().close()

    def _stop(self) -> None:
        if self.mock is not None:
            self.mock.pause()
        self._ticking(False)

    def _go(self, mock: MockInterview) -> None:
        self.mock, self._left, self.bar.layout.display = mock, None, ""
        self._show()

    def _show(self) -> None:
        assert self.mock is not None
        self.note.value = ""
        drill = self.step.panel if isinstance(self.step, Repairing) else None
        if self.mock.ended:
            self.step = Closing(report(self.mock))
            self.bar.layout.display = "none"
        elif self.mock.current is not None:
            self.step = Asking(self.mock, self.go_on)
        else:
            self.step = Repairing(self.mock, self.end)
        # One that has ended may still ask whether to remove what the learner made.
        ended = drill is not None and drill.state == ENDED
        self.place.children = [self.step, drill] if ended else [self.step]
        self._clock()

    # Where no widget can be shown, and in stored outputs, this text stands for it.
    def __repr__(self) -> str:
        if self.mock is None:
            return _("Mock interview: choose a role and a length")
        return report(self.mock).markdown()
