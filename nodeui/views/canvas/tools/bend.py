"""Dragging the waypoints of links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from nodeui.graph.edits import SetWaypoints
from nodeui.graph.parts import Link, Points
from nodeui.views.canvas import bends, geometry
from nodeui.views.canvas.ink import NO_BRUSH, ink, socket_colour
from nodeui.views.canvas.snap import Snap, snap
from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.canvas.tools.select import line_pen

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_REACH = 6.0  # pixels


class BendTool(Tool):
    """Drags a waypoint, with snapping to the link's other points and to the grid (Alt: none);
    dropped on the straight line between its neighbours, it goes."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: CanvasView, start: Pointer, link: Link, index: int) -> None:
        super().__init__(canvas, start)
        self._link, self._index = link, index
        canvas.choose()
        canvas.select_dot((link, index))

    def begin(self) -> None:
        mirror = self.canvas.mirror
        row = mirror.links.row[self._link]
        self._ends: list[float] = mirror.links.data[row, 4:8].tolist()
        self._type = mirror.tints[int(mirror.links.data[row, 8])]
        self._via: Points = mirror.via[self._link]
        self._shown = self._via
        self._gone = False
        self._snap = Snap(QPointF(0, 0), ())
        self.canvas.hide_links([self._link])

    def drag(self, pointer: Pointer) -> None:
        at = QPointF(*self._via[self._index]) + pointer.at - self.start.at
        before, after = self._neighbours()
        self._snap = Snap(QPointF(0, 0), ())
        if not pointer.held(Qt.KeyboardModifier.AltModifier):
            others = np.array([[*before, *before], [*after, *after]])
            self._snap = snap(QRectF(at, at), others, _REACH / self.canvas.zoom)
        at += self._snap.shift
        point = (float(round(at.x())), float(round(at.y())))
        self._shown = (*self._via[: self._index], point, *self._via[self._index + 1 :])
        self._gone = self._on_line(pointer.at, before, after)
        self.canvas.say(self.canvas.tr("Release to remove") if self._gone else "")
        self.canvas.viewport().update()

    def _neighbours(self) -> tuple[tuple[float, float], tuple[float, float]]:
        points = [
            (self._ends[0], self._ends[1]), *self._via, (self._ends[2], self._ends[3])
        ]  # fmt: skip
        return points[self._index], points[self._index + 2]

    def _on_line(self, at: QPointF, a: tuple[float, float], b: tuple[float, float]) -> bool:
        line = np.array([[a, b]])
        return bool(geometry.distances(line, at.x(), at.y())[0] * self.canvas.zoom <= _REACH)

    def release(self, pointer: Pointer) -> None:
        if not self.dragging:
            return
        self.cancel()
        link, via = self._link, self._shown
        if self._gone:
            via = (*self._via[: self._index], *self._via[self._index + 1 :])
        if via != self._via:
            self.canvas.edit(SetWaypoints(link.target, link.input, via))

    def cancel(self) -> None:
        if self.dragging:
            self.canvas.hide_links(())
            self.canvas.say("")

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        via = self._shown
        tint = socket_colour(self._type)
        painter.setBrush(NO_BRUSH)
        pen = QPen(tint, 2.0)
        if self._gone:
            pen.setStyle(Qt.PenStyle.DashLine)
            via = (*via[: self._index], *via[self._index + 1 :])
        painter.setPen(pen)
        painter.drawPath(bends.path_of(self._ends, via))
        painter.setPen(line_pen("accent", 1))
        painter.drawLines(self._snap.guides)
        painter.setBrush(tint)
        for index, (x, y) in enumerate(self._shown):
            painter.setPen(QPen(ink("accent" if index == self._index else "canvas"), 2.0))
            painter.drawEllipse(QPointF(x, y), bends.DOT, bends.DOT)
