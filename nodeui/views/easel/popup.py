"""A popup beside a button of the easel."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from nodeui.views import theme


class Popup(QFrame):
    """Shows a widget until the user clicks elsewhere or presses Escape.

    Args:
        content: The widget.
        parent: The parent widget.
    """

    closed = Signal()
    """It was hidden."""

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.content = content
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        column.addWidget(content)

    def show_at(self, button: QWidget) -> None:
        """Show it beside a button, within the screen."""
        self.content.adjustSize()
        self.adjustSize()
        screen = button.screen().availableGeometry()
        right = button.mapToGlobal(QPoint(button.width() + 4, 0))
        place = right
        if right.x() + self.width() > screen.right():
            place = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        x = max(screen.left(), min(place.x(), screen.right() - self.width()))
        y = max(screen.top(), min(place.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.setPen(QPen(theme.colour("outline"), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
