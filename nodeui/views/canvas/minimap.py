"""The whole graph in small, and what part of it is in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nodeui.views import theme
from nodeui.views.canvas import frame_paint
from nodeui.views.canvas.batch import draw_rects
from nodeui.views.canvas.ink import NO_PEN, blend, category_colour, ink
from nodeui.views.canvas.tables import different

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

SIZE = QSize(196, 128)
_PAD = 8.0
_DELAY = 120  # milliseconds that changes are gathered


class Minimap(QWidget):
    """Shows all nodes; a click or drag moves the view there.

    Args:
        canvas: Whose nodes.
    """

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._picture = QPixmap()
        self._area = QRectF()
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self._renew)
        canvas.mirror.dirtied.connect(self._start)
        canvas.mirror.reset.connect(self._start)
        canvas.mirror.frame_changed.connect(self._start)
        canvas.moved.connect(self.update)
        theme.notifier.changed.connect(self._renew)
        self.setFixedSize(SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Minimap"))
        self.setToolTip(self.tr("The whole graph. Drag to move the view."))

    def _start(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _renew(self) -> None:
        self._picture = QPixmap()
        self.update()

    def _bounds(self) -> QRectF:
        bounds = self._canvas.content_rect()
        room = QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        bounds = bounds.united(
            QRectF(bounds.center() - QPointF(800, 450), bounds.center() + QPointF(800, 450))
        )
        wanted = room.width() / room.height()
        if bounds.width() / bounds.height() < wanted:
            more = bounds.height() * wanted - bounds.width()
            return bounds.adjusted(-more / 2, 0, more / 2, 0)
        more = bounds.width() / wanted - bounds.height()
        return bounds.adjusted(0, -more / 2, 0, more / 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture.isNull():
            self._area = self._bounds()
            self._picture = self._drawn(self._area)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        bounds = self._area
        scale = (self.width() - 2 * _PAD) / bounds.width()
        shown = self._canvas.shown_rect()
        corner = (shown.topLeft() - bounds.topLeft()) * scale + QPointF(_PAD, _PAD)
        view = QRectF(corner.x(), corner.y(), shown.width() * scale, shown.height() * scale)
        view = view.intersected(QRectF(self.rect()).adjusted(3, 3, -3, -3))
        painter.setPen(QPen(ink("accent"), 1))
        painter.setBrush(ink("accent", 0.10))
        painter.drawRect(view.toRect())

    def _drawn(self, bounds: QRectF) -> QPixmap:
        mirror = self._canvas.mirror
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            scale = (self.width() - 2 * _PAD) / bounds.width()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(ink("outline"), 1))
            painter.setBrush(ink("panel", 0.92))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(mirror.nodes) < 500)
            painter.setPen(NO_PEN)
            painter.setClipRect(self.rect().adjusted(3, 3, -3, -3))
            painter.translate(_PAD, _PAD)
            painter.scale(scale, scale)
            painter.translate(-bounds.topLeft())
            for frame in mirror.level.frames():
                painter.fillRect(
                    QRectF(*frame.rect), blend(frame_paint.colour_of(frame), ink("panel"), 0.18)
                )
            rows = np.fromiter(mirror.nodes.row.values(), dtype=np.intp)
            tints = mirror.nodes.data[rows, 5]
            for index in different(tints):
                painter.setBrush(blend(category_colour(mirror.tints[index]), ink("node"), 0.6))
                draw_rects(painter, mirror.nodes.data[rows[tints == index], :4])
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        bounds = self._area
        scale = (self.width() - 2 * _PAD) / bounds.width()
        self._canvas.centerOn((event.position() - QPointF(_PAD, _PAD)) / scale + bounds.topLeft())
        self._canvas.moved_by_user.emit()
