"""A slider in the colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSlider

from nodeui.views import theme


class Slider(QSlider):
    """A horizontal slider.

    Args:
        name: Its accessible name.
        low, high, value: Its range and first value.
    """

    def __init__(self, name: str, low: int, high: int, value: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(low, high)
        self.setValue(value)
        self.setFixedWidth(72)
        self.setAccessibleName(name)

    def paintEvent(self, ev: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        part = (self.value() - self.minimum()) / max(1, self.maximum() - self.minimum())
        middle, reach = self.height() / 2, self.width() - 12
        painter.setBrush(theme.colour("outline"))
        painter.drawRoundedRect(QRectF(6, middle - 1.5, reach, 3), 1.5, 1.5)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(6, middle - 1.5, reach * part, 3), 1.5, 1.5)
        painter.setBrush(theme.colour("text" if self.hasFocus() else "accent"))
        painter.drawEllipse(QPointF(6 + reach * part, middle), 5, 5)
