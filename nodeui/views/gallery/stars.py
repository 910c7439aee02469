"""Stars and colour labels of pictures: how they are painted, and the widget that chooses them."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, pi, sin

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme

MOST_STARS = 5
LABEL_KEYS: Mapping[int, str] = {6: "Red", 7: "Yellow", 8: "Green", 9: "Blue"}
"""Number key -> colour label, as in Lightroom."""

_LABEL_COLOURS: Mapping[str, str] = {
    "Red": "#e5534b",
    "Yellow": "#e3b341",
    "Green": "#57ab5a",
    "Blue": "#539bf5",
    "Purple": "#b083f0",
}
_UNIT = [
    QPointF(sin(pi * turn / 5), -cos(pi * turn / 5)) * (0.44 if turn % 2 else 1.0)
    for turn in range(10)
]


def label_names() -> Mapping[str, str]:
    """Return the colour labels with their names on screen; "" is no label."""
    return {
        "": tr("None"),
        "Red": tr("Red"),
        "Yellow": tr("Yellow"),
        "Green": tr("Green"),
        "Blue": tr("Blue"),
        "Purple": tr("Purple"),
    }


def label_colour(label: str) -> QColor:
    """Return the colour of a label; labels of other programs are grey."""
    return QColor(_LABEL_COLOURS.get(label, "#8b949e"))


def paint_stars(painter: QPainter, box: QRectF, filled: int, token: str = "warning") -> None:
    """Paint five stars into a box, of which `filled` are solid and the others pale."""
    side = min(box.height(), box.width() / MOST_STARS)
    painter.setPen(Qt.PenStyle.NoPen)
    for place in range(MOST_STARS):
        middle = QPointF(box.left() + (place + 0.5) * side, box.center().y())
        painter.setBrush(theme.colour(token) if place < filled else theme.colour("muted", 0.35))
        painter.drawPolygon(star(middle, side * 0.46))


def star(middle: QPointF, radius: float) -> QPolygonF:
    """Return a star with five points."""
    return QPolygonF([middle + point * radius for point in _UNIT])


class Stars(QWidget):
    """Five stars to click: a click on the last filled one clears them.

    Args:
        text: Its accessible name.
        parent: The parent widget.
    """

    chosen = Signal(int)
    """The number of stars, 0 to 5, after a click or a number key."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = 0
        self._hovered = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(self.sizeHint())
        self._text = text
        self._describe()

    @property
    def value(self) -> int:
        """The number of filled stars."""
        return self._value

    def set_value(self, stars: int) -> None:
        """Fill so many stars without a signal."""
        self._value = stars
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(16 * MOST_STARS, 20)

    def _describe(self) -> None:
        self.setAccessibleName(f"{self._text}: {self._value}")

    def _choose(self, stars: int) -> None:
        self.set_value(stars)
        self.chosen.emit(stars)

    def _at(self, event: QMouseEvent) -> int:
        return max(1, min(MOST_STARS, 1 + int(event.position().x() * MOST_STARS / self.width())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._at(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            stars = self._at(event)
            self._choose(0 if stars == self._value else stars)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = 0
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
            self._choose(key - Qt.Key.Key_0)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            self._choose(max(0, min(MOST_STARS, self._value + step)))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        token = "text" if self._hovered else "warning"
        paint_stars(painter, box, self._hovered or self._value, token)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
