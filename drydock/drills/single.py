"""One drill in a notebook: its start, its checks and hints, and its end."""

from __future__ import annotations

from collections.abc import Callable

from drydock.client import LabellingClient
from drydock.drills import current, recording, running
from drydock.drills.drill import Drill, find
from drydock.drills.parts import ENDED, READY, RUNNING, STARTING, Parts
from drydock.drills.running import HINTS, Practice
from drydock.panels import Question, error, line, markdown, told
from drydock.text import _


class DrillPanel(Parts):
    """A drill to start, check, get hints for, give up and end. The methods do what the buttons do.

    `practice` is the drill once it has started. `state` is "ready", "starting", "running", "passed", "given up" or
    "ended"; `observe` it to go on when a drill is over. Raises DrydockError for a slug that no drill has.
    """

    def __init__(self, client: LabellingClient, drill: Drill | str, seed: int | None = None) -> None:
        super().__init__(find(drill) if isinstance(drill, str) else drill)
        self.client, self.seed = client, seed

    def start(self) -> None:
        """Make the set-up and start the clock; where another drill is under way, ask whether to end it."""
        if self.state == READY:
            current.make_room(self.question, self._start)

    def check(self) -> None:
        """Look at the engine, and show what was seen."""
        if self.practice is None or self.state == ENDED:
            return
        self.check_button.disabled = True
        self.report.value = line(_("Looking at the engine …"))
        try:
            self.report.value = self.practice.check()._repr_html_()
        finally:
            self._enable()
        if self.practice.passed and self.state == RUNNING:
            self._over(recording.PASSED, _("Passed in {time}.").format(time=self.practice.reading))

    def hint(self) -> None:
        """Show the next hint, which adds a minute to the time."""
        if self.practice is not None and self.state == RUNNING and self.practice.hints < HINTS:
            text = self.practice.hint()
            heading = _("Hint {number} of {total}").format(number=self.practice.hints, total=HINTS)
            self.hints.outputs += markdown(f"**{heading}**\n\n{text}")
            self._enable()
            self._tick()

    def give_up(self) -> None:
        """Show the reference repair and why it is right; the clock stops."""
        if self.practice is None or self.state == ENDED:
            return
        heading = _("The reference repair")
        self.solution.outputs = markdown(f"**{heading}**\n\n{self.practice.give_up()}")
        if self.state == RUNNING:
            self._over(recording.GIVEN_UP)

    def end(self) -> None:
        """Remove what the drill made, and, after a question, what the learner made under its names.

        Again where something was left, by the engine or by the answer.
        """
        self.finish(self.question, lambda: None)

    def finish(self, question: Question, then: Callable[[], object]) -> None:
        """End it, ask there about what is left, and go on with `then`; not where the engine fails."""
        practice = self.practice
        if practice is None:
            return
        if self.state == RUNNING:
            self._over(ENDED)
        elif self.state == ENDED:
            self.note.value = ""
        self.state = ENDED
        current.leave(self)
        left = self._remove(practice, False)

        def answered(yes: bool) -> None:
            if not yes or self._remove(practice, True) is not None:
                then()

        if left:
            asked = _(
                "This has the drill's names, is made from its images or is in its folder, and is still there. Remove it, too?"
            )
            question.ask(asked, left, answered)
        elif left is not None:
            then()

    def use(self, client: LabellingClient) -> None:
        """Go on with another client, such as one after the engine was started again."""
        self.client = client
        if self.practice is not None:
            self.practice.scene.client = client

    def close(self) -> None:
        """Take the panel away; its clock ends with it, its set-up stays until `drydock clean`."""
        current.leave(self)
        super().close()

    def _start(self) -> None:
        current.enter(self)
        self.state = STARTING
        self.note.value, self.bar.value, self.bar.layout.display = "", 0, ""
        self._ticking(True)
        try:
            with self.output, told(self.note):
                self.practice = running.start(self.client, self.drill, self.seed)
        finally:
            self.bar.layout.display = "none"
            self._ticking(self.practice is not None)
            if self.practice is None:
                current.leave(self)
                self.seed = None  # another one has other names and ports
            self.state = READY if self.practice is None else RUNNING
        if self.practice is not None:
            self._tell(self.practice)
            self._tick()

    def _remove(self, practice: Practice, also_theirs: bool) -> list[str] | None:
        """Remove and say what; return what is still there, None where the engine fails."""
        left = None
        try:
            self.note.value += line(str(practice.end(also_theirs=also_theirs)))
            left = practice.theirs()
        except Exception as found:  # the engine may have gone
            self.note.value += error(found) + line(
                _(
                    "Press End again when the engine answers. Or, in a terminal, `drydock clean` removes what the drill made."
                )
            )
        self.end_button.disabled = left == []
        return left

    def _over(self, state: str, said: str = "") -> None:
        """Stop the clock, and write down how it ended."""
        assert self.practice is not None
        self._ticking(False)
        self._tick()
        failed = recording.write(self.practice)
        self.note.value = "".join(line(text) for text in (said, failed) if text)
        self.state = state
