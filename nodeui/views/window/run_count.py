"""The number of runs that one press of Run queues."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import counted, tr
from nodeui.views.combo import ComboBox
from nodeui.views.labels import set_tip

COUNTS = (1, 4, 16)


class RunCount(ComboBox):
    """Chooses how many runs Run queues, each with unlocked seeds of its own.

    Args:
        parent: The parent widget.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for count in COUNTS:
            self.addItem(counted("%n runs", count), count)
        self.addItem(tr("Until stopped"), None)
        self.setAccessibleName(tr("Number of runs"))
        set_tip(self, tr("How many runs to queue, each with new values of the unlocked seeds"))

    @property
    def count_of_runs(self) -> int | None:
        """The chosen number of runs; None to run until stopped."""
        return self.currentData()
