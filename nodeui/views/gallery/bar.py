"""The tool bar of the gallery: search, filters, order and size of the thumbnails."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QSlider, QWidget

from nodeui.graph.wording import tr
from nodeui.session.preferences import GalleryLook
from nodeui.views import theme
from nodeui.views.combo import ComboBox
from nodeui.views.gallery.query_line import QueryLine
from nodeui.views.gallery.shelves import ShelfBox
from nodeui.views.gallery.stars import MOST_STARS, Stars
from nodeui.views.icons import IconButton
from nodeui.views.labels import label, set_tip

LEAST_SIDE, USUAL_SIDE, MOST_SIDE = 56, 128, 320
"""Sides of a thumbnail, in pixels."""
_LEAST_PROBLEM = 120  # width in pixels
_WIDE, _MEDIUM = 690, 420  # pixels of the bar from which it has one line, or two


class SizeSlider(QSlider):
    """A slider in the colours of the theme."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(LEAST_SIDE, MOST_SIDE)
        self.setSingleStep(8)
        self.setPageStep(32)
        self.setValue(USUAL_SIDE)
        self.setMinimumWidth(56)
        self.setMaximumWidth(110)
        self.setAccessibleName(tr("Size of the thumbnails"))
        set_tip(self, tr("Size of the thumbnails (Ctrl+wheel)"))

    def paintEvent(self, ev: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        part = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
        middle, reach = self.height() / 2, self.width() - 12
        painter.setBrush(theme.colour("outline"))
        painter.drawRoundedRect(QRectF(6, middle - 1.5, reach, 3), 1.5, 1.5)
        painter.setBrush(theme.colour("text" if self.hasFocus() else "muted"))
        painter.drawEllipse(QPointF(6 + reach * part, middle), 5, 5)


class Bar(QWidget):
    """Search, collection, least stars, rejected pictures, order, and size of the thumbnails.

    Args:
        orders: The names of the orders, with their titles.
        parent: The parent widget.
    """

    changed = Signal()
    """The filters or the order were changed."""

    def __init__(self, orders: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shelf = ShelfBox()
        self.search = QueryLine()
        self.stars = Stars(tr("Least stars"))
        set_tip(self.stars, tr("Show only pictures with at least so many stars"))
        self.rejected = IconButton("eye-off-outline", tr("Hide rejected pictures"))
        self.rejected.setCheckable(True)
        self.order = ComboBox()
        self.order.setAccessibleName(tr("Order"))
        self.order.setMinimumContentsLength(5)
        self.order.setMaximumWidth(110)
        for name, title in orders.items():
            self.order.addItem(title, name)
        self.direction = IconButton("sort-descending", "")
        self.direction.setCheckable(True)
        self.size_slider = SizeSlider()
        self.count = label(small=True, muted=True)
        self.problem = label(small=True)
        self.problem.setProperty("warning", True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHorizontalStretch(3)
        self.problem.setSizePolicy(policy)
        self.problem.setMinimumWidth(_LEAST_PROBLEM)
        self.problem.hide()
        self._describe_direction()
        self._groups = (
            _row(self.shelf, self.search),
            _row(self.stars, self.rejected, self.order, self.direction, stretch=True),
            _row(self.size_slider, self.count, self.problem, stretch=True),
        )
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(8, 6, 8, 2)
        self._layout.setHorizontalSpacing(theme.RHYTHM)
        self._layout.setVerticalSpacing(4)
        self._lines = 0
        self._arrange(1)
        self._connect()

    def _connect(self) -> None:
        self.search.textChanged.connect(self.changed)
        self.stars.chosen.connect(self.changed)
        self.rejected.toggled.connect(self.changed)
        self.order.activated.connect(self.changed)
        self.direction.toggled.connect(self._describe_direction)
        self.direction.toggled.connect(self.changed)

    def show_problem(self, text: str) -> None:
        """Show a problem in place of the number of pictures; "" for none."""
        self.problem.setText(text)
        set_tip(self.problem, text)
        self.problem.setVisible(bool(text))
        self.count.setVisible(not text)

    @property
    def look(self) -> GalleryLook:
        """Order, filters and size."""
        return GalleryLook(
            self.order.currentData(),
            self.direction.isChecked(),
            self.size_slider.value(),
            self.stars.value,
            self.rejected.isChecked(),
        )

    def set_look(self, look: GalleryLook) -> None:
        """Set order, filters and size."""
        self.order.setCurrentIndex(max(0, self.order.findData(look.order)))
        self.direction.setChecked(look.ascending)
        self.size_slider.setValue(max(LEAST_SIDE, min(MOST_SIDE, look.side)))
        self.stars.set_value(max(0, min(MOST_STARS, look.stars)))
        self.rejected.setChecked(look.without_rejected)

    def _describe_direction(self) -> None:
        """Show which end of the order comes first."""
        up = self.direction.isChecked()
        self.direction.describe(
            "sort-ascending" if up else "sort-descending",
            tr("Smallest or oldest first") if up else tr("Largest or newest first"),
        )

    def minimumSizeHint(self) -> QSize:
        """Return the least size on three lines, whatever the number of lines now."""
        margins = self._layout.contentsMargins()
        widest = max(group.minimumSizeHint().width() for group in self._groups)
        height = super().minimumSizeHint().height()
        return QSize(widest + margins.left() + margins.right(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self._arrange(1 if width >= _WIDE else 2 if width >= _MEDIUM else 3)

    def _arrange(self, lines: int) -> None:
        """Put the groups on one, two or three lines."""
        if lines == self._lines:
            return
        self._lines = lines
        first, second, third = self._groups
        for group in self._groups:
            self._layout.removeWidget(group)
        self._layout.addWidget(first, 0, 0, 1, 1 if lines != 2 else 2)
        self._layout.addWidget(second, min(1, lines - 1), 1 if lines == 1 else 0)
        self._layout.addWidget(third, lines - 1, {1: 2, 2: 1, 3: 0}[lines])
        for column in range(3):
            self._layout.setColumnStretch(column, int(column == 0))


def _row(*widgets: QWidget, stretch: bool = False) -> QWidget:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch(1)
    return group
