"""The row of the viewer for pictures of a batch."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from nodeui.graph.wording import tr
from nodeui.views.icons import IconButton
from nodeui.views.labels import label, set_tip


class BatchBar(QWidget):
    """Goes through the pictures of a batch; hidden for single pictures."""

    grid_toggled = Signal()
    """Show all pictures, or only the current one."""
    stepped = Signal(int)
    """Go to the next (1) or previous (-1) picture."""
    picked = Signal()
    """Take the current picture out of the batch, in the graph."""

    def __init__(self) -> None:
        super().__init__()
        self.grid_button = IconButton("grid", tr("All pictures of the batch (Return)"))
        self.grid_button.setCheckable(True)
        self.previous_button = IconButton("chevron-left", tr("Previous picture (Left)"))
        self.next_button = IconButton("chevron-right", tr("Next picture (Right)"))
        self.place = label(small=True, muted=True)
        self.pick_button = QPushButton(tr("Pick in the graph"))
        set_tip(self.pick_button, tr("Add a node that takes this picture out of the batch"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 6)
        row.setSpacing(4)
        for widget in (self.grid_button, self.previous_button, self.place, self.next_button):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.pick_button)
        self.grid_button.clicked.connect(self.grid_toggled)
        self.previous_button.clicked.connect(lambda: self.stepped.emit(-1))
        self.next_button.clicked.connect(lambda: self.stepped.emit(1))
        self.pick_button.clicked.connect(self.picked)

    def show_place(self, index: int, count: int, *, alone: bool, pickable: bool) -> None:
        """Show which picture of how many is looked at.

        Args:
            index: The picture, counted from 0.
            count: Number of pictures; the bar is hidden for fewer than two.
            alone: The picture is shown alone, not the grid.
            pickable: It can be taken out of the batch in the graph.
        """
        self.place.setText(tr("{0} of {1}", index + 1, count) if count > 1 else "")
        self.setVisible(count > 1)
        self.grid_button.setChecked(not alone)
        self.pick_button.setVisible(pickable)
