"""Shows the pane of the viewer on the whole screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nodeui.graph.wording import tr
from nodeui.views.labels import label


class FullScreen(QWidget):
    """A window for the pane; Escape ends it.

    Args:
        pane: The pane, which is given back by `ended`.
        owner: The widget on whose screen it appears.
    """

    ended = Signal()

    def __init__(self, pane: QWidget, owner: QWidget) -> None:
        super().__init__(owner.window(), Qt.WindowType.Window)
        self.setWindowTitle(tr("Viewer"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAutoFillBackground(True)
        self._caption = label(small=True, muted=True)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._caption.setContentsMargins(8, 4, 8, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pane, stretch=1)
        column.addWidget(self._caption)
        self.setGeometry(owner.screen().geometry())
        self.showFullScreen()
        pane.show()
        pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_caption(self, text: str) -> None:
        """Show the name of the picture below it."""
        self._caption.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.ended.emit()
        super().closeEvent(event)
