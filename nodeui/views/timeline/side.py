"""Beside the strip: the step that is looked at, and what holds there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import tr, words
from nodeui.views import theme
from nodeui.views.timeline import step_curves
from nodeui.views.timeline.step_frames import StepFrames

_WIDTH = 172
_LINE = 15.0
_PAD = 8.0


class Side(QWidget):
    """A step in large, and the values of the curves at it, which name the curves too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: StepFrames | None = None
        self._step = 0
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(tr("Step that is looked at"))

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 170)

    def show_step(self, frames: StepFrames | None, step: int) -> None:
        """Show a step; 0 is none."""
        self._frames, self._step = frames, step
        values = self._values().items()
        said = ", ".join(f"{words(name)} {step_curves.text_of(value)}" for name, value in values)
        self.setAccessibleDescription(said)
        self.update()

    def _values(self) -> dict[str, float]:
        if self._frames is None or not self._step:
            return {}
        return {name: values[self._step - 1] for name, values in self._frames.curves.items()}

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._frames is None or not self._step:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        values = self._values()
        low = len(values) * _LINE + 4
        room = QRectF(_PAD, 2, self.width() - 2 * _PAD, self.height() - low - 6)
        self._paint_picture(painter, self._frames.image(self._step), room)
        self._paint_values(painter, QPointF(_PAD, self.height() - low), values)

    def _paint_picture(self, painter: QPainter, image: QImage | None, room: QRectF) -> None:
        if image is None:
            painter.setPen(theme.colour("muted"))
            painter.setFont(theme.font(small=True))
            at_hand = self._frames is not None and self._frames.at_hand(self._step)
            text = tr("at hand") if at_hand else tr("not run yet")
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
            return
        scale = min(room.width() / image.width(), room.height() / image.height())
        place = QRectF(0, 0, image.width() * scale, image.height() * scale)
        place.moveCenter(room.center())
        painter.drawImage(place, image)

    def _paint_values(self, painter: QPainter, at: QPointF, values: dict[str, float]) -> None:
        shades = step_curves.colours(list(values))
        painter.setFont(theme.font(small=True))
        flags = Qt.AlignmentFlag
        for row, (name, value) in enumerate(values.items()):
            place = QRectF(at.x(), at.y() + row * _LINE, self.width() - 2 * _PAD, _LINE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shades[name])
            painter.drawEllipse(QPointF(place.left() + 4, place.center().y()), 3, 3)
            painter.setPen(theme.colour("text"))
            number = step_curves.text_of(value)
            taken = painter.fontMetrics().horizontalAdvance(number)
            painter.drawText(place, flags.AlignRight | flags.AlignVCenter, number)
            painter.setPen(theme.colour("muted"))
            room = place.adjusted(12, 0, -taken - 6, 0)
            text = painter.fontMetrics().elidedText(
                words(name), Qt.TextElideMode.ElideRight, round(room.width())
            )
            painter.drawText(room, flags.AlignLeft | flags.AlignVCenter, text)
