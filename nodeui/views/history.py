"""The panel of the undo history."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views.labels import one_line

_SHOWN = 200
"""The number of steps listed before and after the current one."""

_LONGEST = 200  # characters of a label


class HistoryPanel(QWidget):
    """The undo history as a list; a click goes to that step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._later = QTimer(self)  # several changes in a row fill the list once
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._fill)
        self.steps = QListWidget(self)
        self.steps.setAccessibleName(tr("History"))
        self.steps.itemClicked.connect(self._go)
        self.steps.itemActivated.connect(self._go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addWidget(self.steps)

    def set_session(self, session: Session | None) -> None:
        """Show the history of this document."""
        if self._session is not None:
            self._session.history_changed.disconnect(self.refresh)
        self._session = session
        if session is not None:
            session.history_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Fill the list soon, if it is in view."""
        self._later.start()

    def _fill(self) -> None:
        if self.visibleRegion().isEmpty():  # closed, or behind another panel
            return
        self.steps.clear()
        if self._session is None:
            return
        done, undone = self._session.undo_labels, self._session.redo_labels
        first = max(0, len(done) - _SHOWN)
        if first == 0:
            self._add(tr("Opened"), -len(done))
        for index in range(first, len(done)):
            self._add(done[index], index + 1 - len(done))
        present = self.steps.count() - 1
        for distance, label in enumerate(reversed(undone[-_SHOWN:]), start=1):
            self._add(label, distance)
        self.steps.setCurrentRow(present)
        item = self.steps.item(present)
        font = QFont(item.font())
        font.setWeight(QFont.Weight.DemiBold)
        item.setFont(font)
        self.steps.scrollToItem(item)

    def _add(self, label: str, distance: int) -> None:
        """Add a step that is `distance` redos (negative: undos) away."""
        item = QListWidgetItem(one_line(label, _LONGEST))
        item.setData(Qt.ItemDataRole.UserRole, distance)
        if distance > 0:
            item.setForeground(self.palette().placeholderText())
        self.steps.addItem(item)

    def _go(self, item: QListWidgetItem) -> None:
        session = self._session
        distance: int = item.data(Qt.ItemDataRole.UserRole)
        if session is None or distance == 0:
            return
        for _ in range(abs(distance)):
            session.redo() if distance > 0 else session.undo()
