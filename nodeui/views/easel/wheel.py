"""The colour wheel: a ring of hues around a square of saturation and brightness."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QConicalGradient,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme

SIDE = 168
"""Width and height of the wheel in pixels."""

_RING = 16.0  # pixels
_GAP = 5.0  # pixels between the ring and the corners of the square
_STEPS = 100.0
"""Steps of saturation and brightness for keys."""


class _Dial(QWidget):
    """A part of the wheel that the mouse drags and keys move."""

    moved = Signal()
    """The user moved it."""
    released = Signal()
    """The user let go of it."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(name)

    def point(self, at: QPointF) -> None:
        """Take the place of the mouse."""
        raise NotImplementedError

    def step(self, across: int, up: int) -> None:
        """Move by small steps."""
        raise NotImplementedError

    def describe(self) -> None:
        """Update the accessible description."""
        raise NotImplementedError

    def _follow(self, at: QPointF) -> None:
        self.point(at)
        self._report()

    def _report(self) -> None:
        self.describe()
        self.update()
        self.moved.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._follow(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._follow(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        factor = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self.step(steps[0] * factor, steps[1] * factor)
        self._report()
        self.released.emit()


class HueRing(_Dial):
    """The ring of hues. Arrow keys turn by a degree, with Shift by ten."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Hue"), parent)
        self.hue = 0.0
        """In [0, 1)."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        outer = QRegion(self.rect(), QRegion.RegionType.Ellipse)
        width = round(_RING)
        hole = QRect(self.rect()).adjusted(width, width, -width, -width)
        self.setMask(outer.subtracted(QRegion(hole, QRegion.RegionType.Ellipse)))

    def point(self, at: QPointF) -> None:
        away = at - QRectF(self.rect()).center()
        self.hue = math.atan2(-away.y(), away.x()) / (2 * math.pi) % 1

    def step(self, across: int, up: int) -> None:
        self.hue = (self.hue + (across + up) / 360) % 1

    def describe(self) -> None:
        self.setAccessibleDescription(f"{round(self.hue * 360)}°")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        hues = QConicalGradient(box.center(), 0)
        for sixth in range(7):
            hues.setColorAt(sixth / 6, QColor.fromHsvF(sixth / 6 % 1, 1, 1))
        half = _RING / 2
        painter.setPen(QPen(hues, _RING - 2))
        painter.drawEllipse(box.adjusted(half, half, -half, -half))
        angle = self.hue * 2 * math.pi
        radius = box.width() / 2 - half
        place = box.center() + QPointF(math.cos(angle), -math.sin(angle)) * radius
        _paint_knob(painter, place, QColor.fromHsvF(self.hue, 1, 1), self.hasFocus())


class ShadeSquare(_Dial):
    """The square of saturation (across) and brightness (up) of one hue."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Saturation and brightness"), parent)
        self.hue = self.saturation = self.value = 0.0
        """In [0, 1]."""

    def point(self, at: QPointF) -> None:
        self.saturation = min(max(at.x() / self.width(), 0.0), 1.0)
        self.value = min(max(1 - at.y() / self.height(), 0.0), 1.0)

    def step(self, across: int, up: int) -> None:
        self.saturation = min(max(self.saturation + across / _STEPS, 0.0), 1.0)
        self.value = min(max(self.value + up / _STEPS, 0.0), 1.0)

    def describe(self) -> None:
        text = tr("Saturation {0} %, brightness {1} %")
        self.setAccessibleDescription(
            text.format(round(self.saturation * 100), round(self.value * 100))
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        across = QLinearGradient(box.topLeft(), box.topRight())
        across.setColorAt(0, Qt.GlobalColor.white)
        across.setColorAt(1, QColor.fromHsvF(self.hue % 1, 1, 1))
        painter.fillRect(box, across)
        down = QLinearGradient(box.topLeft(), box.bottomLeft())
        down.setColorAt(0, QColor(0, 0, 0, 0))
        down.setColorAt(1, Qt.GlobalColor.black)
        painter.fillRect(box, down)
        place = QPointF(self.saturation * box.width(), (1 - self.value) * box.height())
        colour = QColor.fromHsvF(self.hue % 1, self.saturation, self.value)
        _paint_knob(painter, place, colour, self.hasFocus())


class ColourWheel(QWidget):
    """Chooses a colour by hue, saturation and brightness.

    A hue is kept while the colour is grey, so that it is there again when saturation rises.
    """

    changed = Signal(str)
    """The user chose another colour, "#rrggbb"."""
    released = Signal()
    """The user let go of the wheel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(SIDE, SIDE))
        self.ring = HueRing(self)
        self.ring.setGeometry(self.rect())
        self.square = ShadeSquare(self)
        inner = (SIDE / 2 - _RING - _GAP) * math.sqrt(2)
        corner = round((SIDE - inner) / 2)
        self.square.setGeometry(corner, corner, SIDE - 2 * corner, SIDE - 2 * corner)
        self.ring.moved.connect(self._turned)
        self.square.moved.connect(self._report)
        self.ring.released.connect(self.released)
        self.square.released.connect(self.released)

    @property
    def colour(self) -> str:
        """The colour, "#rrggbb"."""
        square = self.square
        return QColor.fromHsvF(self.ring.hue % 1, square.saturation, square.value).name()

    @colour.setter
    def colour(self, colour: str) -> None:
        if colour == self.colour:
            return
        wanted, square = QColor(colour), self.square
        if wanted.hsvHueF() >= 0:  # a grey has none
            self.ring.hue = wanted.hsvHueF() % 1
        square.hue, square.value = self.ring.hue, wanted.valueF()
        if square.value > 0:
            square.saturation = wanted.hsvSaturationF()
        for dial in (self.ring, self.square):
            dial.describe()
            dial.update()

    def _turned(self) -> None:
        self.square.hue = self.ring.hue
        self.square.update()
        self._report()

    def _report(self) -> None:
        self.changed.emit(self.colour)


def _paint_knob(painter: QPainter, place: QPointF, colour: QColor, focused: bool) -> None:
    """Paint the place of a dial."""
    painter.setBrush(colour)
    painter.setPen(QPen(QColor(0, 0, 0, 160), 3))
    painter.drawEllipse(place, 6, 6)
    painter.setPen(QPen(theme.colour("accent") if focused else QColor("#ffffff"), 2))
    painter.drawEllipse(place, 6, 6)
