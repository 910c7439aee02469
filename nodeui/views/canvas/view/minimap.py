"""An overview of the whole graph, with the visible part marked."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.canvas.paint import (
    NO_PEN,
    blend,
    category_colour,
    colour,
    draw_rects,
    frame_colour,
)
from nodeui.views.canvas.scene import Mirror, distinct
from nodeui.views.canvas.view.navigation import NavigableView
from nodeui.views.labels import set_tip

SIZE = QSize(196, 128)
_PAD = 8.0
_DELAY = 120  # milliseconds after a change until the overview is painted


class Minimap(QWidget):
    """Shows all nodes; a click or drag moves the view there.

    Args:
        view: The view on which it is placed.
        mirror: The scene.
    """

    def __init__(self, view: NavigableView, mirror: Mirror) -> None:
        super().__init__(view)
        self._view = view
        self._mirror = mirror
        self._picture = QPixmap()
        self._area = QRectF()
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self._reset)
        mirror.dirtied.connect(self._start)
        mirror.reset.connect(self._start)
        mirror.frame_changed.connect(self._start)
        view.moved.connect(self.update)
        theme.notifier.changed.connect(self._reset)
        self.setFixedSize(SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Minimap"))
        set_tip(self, tr("The whole graph. Drag to move the view."))

    def _start(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _reset(self) -> None:
        self._picture = QPixmap()
        self.update()

    def _bounds(self) -> QRectF:
        bounds = self._mirror.content_rect()
        area = QRectF(self.rect()).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        bounds = bounds.united(
            QRectF(bounds.center() - QPointF(800, 450), bounds.center() + QPointF(800, 450))
        )
        wanted = area.width() / area.height()
        if bounds.width() / bounds.height() < wanted:
            more = bounds.height() * wanted - bounds.width()
            return bounds.adjusted(-more / 2, 0, more / 2, 0)
        more = bounds.width() / wanted - bounds.height()
        return bounds.adjusted(0, -more / 2, 0, more / 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture.isNull():
            self._area = self._bounds()
            self._picture = self._paint_overview(self._area)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        bounds = self._area
        scale = (self.width() - 2 * _PAD) / bounds.width()
        shown = self._view.shown_rect()
        corner = (shown.topLeft() - bounds.topLeft()) * scale + QPointF(_PAD, _PAD)
        view = QRectF(corner.x(), corner.y(), shown.width() * scale, shown.height() * scale)
        view = view.intersected(QRectF(self.rect()).adjusted(3, 3, -3, -3))
        painter.setPen(QPen(colour("accent"), 1))
        painter.setBrush(colour("accent", 0.10))
        painter.drawRect(view.toRect())

    def _paint_overview(self, bounds: QRectF) -> QPixmap:
        mirror = self._mirror
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            scale = (self.width() - 2 * _PAD) / bounds.width()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour("outline"), 1))
            painter.setBrush(colour("panel", 0.92))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(mirror.nodes) < 500)
            painter.setPen(NO_PEN)
            painter.setClipRect(self.rect().adjusted(3, 3, -3, -3))
            painter.translate(_PAD, _PAD)
            painter.scale(scale, scale)
            painter.translate(-bounds.topLeft())
            for frame in mirror.level.frames():
                painter.fillRect(
                    QRectF(*frame.rect), blend(frame_colour(frame), colour("panel"), 0.18)
                )
            rows = mirror.nodes.all_rows()
            tints = mirror.nodes.tints(rows)
            for index in distinct(tints):
                painter.setBrush(blend(category_colour(mirror.tints[index]), colour("node"), 0.6))
                draw_rects(painter, mirror.nodes.boxes(rows[tints == index]))
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        bounds = self._area
        scale = (self.width() - 2 * _PAD) / bounds.width()
        self._view.centerOn((event.position() - QPointF(_PAD, _PAD)) / scale + bounds.topLeft())
        self._view.moved_by_user.emit()
