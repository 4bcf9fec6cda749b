"""Controls for lessons: turn a knob, and see what the engine did."""

from __future__ import annotations

import ipywidgets as widgets
from docker.models.containers import Container

from drydock import cgroup
from drydock.text import _

MIB = 2**20
SIZES = (16, 32, 64, 128, 256)  # MiB
WANTED = 48  # MiB that the process in the container asks for
LIMIT_FILES = cgroup.MEMORY_FILES
ASK = ["python", "-c", f"bytearray({WANTED} * 2**20)"]


class LimitSlider(widgets.VBox):  # type: ignore[misc]
    """A slider for the memory limit of a running container, and what two looks show after each change.

    `limit` is the slider (MiB); setting its `.value` does what a hand does. `bytes` is the limit as the
    kernel has it, `survived` whether a process that wants 48 MiB then ran to its end in the container.
    """

    def __init__(self, container: Container, value: int = 128) -> None:
        assert container.client is not None
        self.container = container
        self.file = LIMIT_FILES[container.client.info()["CgroupVersion"]]
        self.limit = widgets.SelectionSlider(
            options=[(f"{size} MiB", size) for size in SIZES],
            value=value,
            description=_("limit"),
            continuous_update=False,
        )
        self.seen = widgets.HTML()
        self.limit.observe(self._changed, names="value")
        super().__init__([self.limit, self.seen])
        self._changed()

    def _changed(self, _change: object = None) -> None:
        size = self.limit.value * MIB
        # Memory and swap together, else the kernel refuses a limit above the old sum of both.
        self.container.update(mem_limit=size, memswap_limit=size)
        self.bytes = int(bytes(self.container.exec_run(["cat", self.file]).output))  # type: ignore[arg-type]
        self.survived = self.container.exec_run(ASK).exit_code == 0
        self.seen.value = self.text().replace("\n", "<br>")

    def text(self) -> str:
        """Return what was seen, as text."""
        end = _("ran to its end") if self.survived else _("was killed (137)")
        return _("the kernel's limit: {bytes} bytes\na process that wants {wanted} MiB: {end}").format(
            bytes=self.bytes, wanted=WANTED, end=end
        )

    # Where no widget can be shown, and in stored outputs, this text stands for it.
    def __repr__(self) -> str:
        return _("limit: {size} MiB\n{seen}").format(size=self.limit.value, seen=self.text())


QUOTAS = (0.1, 0.25, 0.5, 1.0)  # processors
PERIOD = 100_000  # µs, Docker's own
# Run for a second of the clock, and print the part of it that the process had a processor.
BUSY = """import time
began, used = time.time(), time.process_time()
while time.time() < began + 1: pass
print(time.process_time() - used)
"""


class QuotaSlider(widgets.VBox):  # type: ignore[misc]
    """A slider for the processor quota of a running container, and what a busy program there then gets.

    `quota` is the slider (processors); setting its `.value` does what a hand does. `share` is how much of a
    processor the program had in the second that it ran, `throttled` in how many of its `periods` it was stopped.
    The container must have been made without `nano_cpus`: the engine refuses to mix the two.
    """

    def __init__(self, container: Container, value: float = 1.0) -> None:
        self.container = container
        self.quota = widgets.SelectionSlider(
            options=[(f"{quota:g}", quota) for quota in QUOTAS],
            value=value,
            description=_("processors"),
            continuous_update=False,
        )
        self.seen = widgets.HTML()
        self.quota.observe(self._changed, names="value")
        super().__init__([self.quota, self.seen])
        self._changed()

    def _changed(self, _change: object = None) -> None:
        self.container.update(cpu_period=PERIOD, cpu_quota=int(self.quota.value * PERIOD))
        before = cgroup.read(self.container)
        self.share = float(bytes(self.container.exec_run(["python", "-c", BUSY]).output))  # type: ignore[arg-type]
        after = cgroup.read(self.container)
        self.periods, self.throttled = after.periods - before.periods, after.throttled - before.throttled
        self.seen.value = self.text().replace("\n", "<br>")

    def text(self) -> str:
        """Return what was seen, as text."""
        return _(
            "a busy program had {share:.0%} of a processor\n{throttled} of {periods} periods were throttled"
        ).format(share=self.share, throttled=self.throttled, periods=self.periods)

    def __repr__(self) -> str:
        rough = _("hardly ever")
        if self.throttled > self.periods / 4:
            rough = _("in many of its periods")
        return _("quota: {quota:g} processors\na busy program was throttled: {rough}").format(
            quota=self.quota.value, rough=rough
        )
