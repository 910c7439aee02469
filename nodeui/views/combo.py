"""A combo box that looks like the other fields."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from nodeui.views import theme

_WIDEST = 640
_BAR = 24  # pixels for the scroll bar of the list


class ComboBox(QComboBox):
    """A choice from a list. The wheel scrolls the panel around it, not the choice.

    Long entries do not widen it; its list is as wide as they are.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(26)
        self.setMaxVisibleItems(24)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def showPopup(self) -> None:
        self.view().setMinimumWidth(min(_WIDEST, self.view().sizeHintForColumn(0) + _BAR))
        super().showPopup()

    def wheelEvent(self, e: QWheelEvent) -> None:
        e.ignore()

    def paintEvent(self, e: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        lit = self.hasFocus() or self.view().isVisible()
        painter.setPen(QPen(theme.colour("accent" if lit else "outline"), 1))
        painter.setBrush(theme.colour("field_hover" if self.underMouse() else "field"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.colour("text" if self.isEnabled() else "muted"))
        text = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, self.width() - 32
        )
        painter.drawText(box.adjusted(8, 0, -24, 0), Qt.AlignmentFlag.AlignVCenter, text)
        tip = QPointF(box.right() - 13, box.center().y() + 2)
        painter.setPen(QPen(theme.colour("muted"), 1.5))
        painter.drawPolyline([tip + QPointF(-4, -4), tip, tip + QPointF(4, -4)])
