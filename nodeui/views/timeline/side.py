"""The side of the timeline: the shown step and the values of the curves there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import tr, words
from nodeui.views import theme
from nodeui.views.fitting import fitted
from nodeui.views.timeline import step_curves
from nodeui.views.timeline.step_frames import StepFrames

_WIDTH = 172
_LINE = 15.0
_PAD = 8.0


class Side(QWidget):
    """Shows one step enlarged, above a legend with the values of the curves at that step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: StepFrames | None = None
        self._step = 0
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(tr("Shown step"))

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 170)

    def show_step(self, frames: StepFrames | None, step: int) -> None:
        """Show a step, counted from 1; 0 shows none."""
        self._frames, self._step = frames, step
        values = self._values().items()
        texts = (f"{words(name)} {step_curves.format_value(value)}" for name, value in values)
        self.setAccessibleDescription(", ".join(texts))
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
            stored = self._frames is not None and self._frames.is_stored(self._step)
            text = tr("cached") if stored else tr("not run yet")
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
            return
        painter.drawImage(fitted(image.width() / image.height(), room), image)

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
            number = step_curves.format_value(value)
            taken = painter.fontMetrics().horizontalAdvance(number)
            painter.drawText(place, flags.AlignRight | flags.AlignVCenter, number)
            painter.setPen(theme.colour("muted"))
            room = place.adjusted(12, 0, -taken - 6, 0)
            text = painter.fontMetrics().elidedText(
                words(name), Qt.TextElideMode.ElideRight, round(room.width())
            )
            painter.drawText(room, flags.AlignLeft | flags.AlignVCenter, text)
