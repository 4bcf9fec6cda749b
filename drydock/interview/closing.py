"""The report in the panel, and its export."""

from __future__ import annotations

from pathlib import Path

import ipywidgets as widgets

from drydock.interview.report import Report
from drydock.panels import button, error, line, markdown
from drydock.text import _


class Closing(widgets.VBox):  # type: ignore[misc]
    """A report, and a button that writes it beside the notebook, as Markdown and as JSON, under `name`."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.shown = widgets.Output()
        self.shown.outputs = markdown(report.markdown())
        name = f"interview-{report.begun.astimezone():%Y-%m-%d-%H%M}"
        self.name = widgets.Text(name, description=_("name"))
        self.export_button = button(_("Export"), self.export, "download")
        self.note = widgets.HTML()
        super().__init__([self.shown, widgets.HBox([self.name, self.export_button]), self.note])

    def export(self) -> None:
        """Write both files; what is there already stays as it is."""
        said = []
        for ending in (".md", ".json"):
            try:
                file = self.report.save(Path.cwd() / f"{self.name.value}{ending}")
                said.append(line(_("Written: `{file}`").format(file=file.name)))
            except Exception as found:
                said.append(error(found))
        self.note.value = "".join(said)
