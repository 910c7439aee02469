"""Selecting by box and lasso; panning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nodeui.graph.parts import Frame
from nodeui.views.canvas.ink import ink
from nodeui.views.canvas.tools.base import Pointer, Tool

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_SHIFT = Qt.KeyboardModifier.ShiftModifier


class _SelectTool(Tool):
    """Selects what an area takes in; with Shift, it joins the selection. A click selects the
    frame that it falls into, or nothing."""

    def begin(self) -> None:
        add = self.start.held(_SHIFT)
        selection, frames = self.canvas.session.selection, self.canvas.frames
        self._before = (selection, frames) if add else (frozenset[str](), frozenset[str]())
        self._area = QPolygonF([self.start.at])

    def drag(self, pointer: Pointer) -> None:
        canvas, (nodes, frames) = self.canvas, self._before
        self._grow(pointer.at)
        found = (frame.id for frame in canvas.mirror.level.frames() if self._encloses(frame))
        canvas.session.select_frames(frames.union(found))
        canvas.session.select(nodes.union(canvas.mirror.level.nodes(self._keys())))
        canvas.viewport().update()

    def _grow(self, at: QPointF) -> None:
        """The pointer is here now."""
        raise NotImplementedError

    def _keys(self) -> Iterable[str]:
        """The nodes and groups in the area."""
        raise NotImplementedError

    def _encloses(self, frame: Frame) -> bool:
        corners = QPolygonF(QRectF(*frame.rect)).toList()
        return all(self._area.containsPoint(at, Qt.FillRule.OddEvenFill) for at in corners)

    def release(self, pointer: Pointer) -> None:
        if not self.dragging and not self.start.held(_SHIFT):
            below = self.canvas.hit(pointer.at)
            self.canvas.choose(frames={below.id} if below.part == "frame" else ())

    def paint(self, painter: QPainter) -> None:
        if self.dragging:
            painter.setPen(line_pen("accent", 1))
            painter.setBrush(ink("accent", 0.12))
            painter.drawPolygon(self._area)


class BoxTool(_SelectTool):
    """Selects the nodes that a rectangle touches, and the frames that lie in it."""

    def _grow(self, at: QPointF) -> None:
        self._area = QPolygonF(QRectF(self.start.at, at).normalized())

    def _keys(self) -> Iterable[str]:
        nodes = self.canvas.mirror.nodes
        return nodes.keys_of(nodes.touching(self._area.boundingRect()))


class LassoTool(_SelectTool):
    """Selects the nodes whose centres a loop encloses, and the frames that lie in it."""

    def _grow(self, at: QPointF) -> None:
        self._area.append(at)

    def _keys(self) -> Iterable[str]:
        nodes, fill = self.canvas.mirror.nodes, Qt.FillRule.OddEvenFill
        near = nodes.keys_of(nodes.touching(self._area.boundingRect()))
        return [id for id in near if self._area.containsPoint(nodes.rect(id).center(), fill)]


class PanTool(Tool):
    """Moves the view."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: CanvasView, start: Pointer) -> None:
        super().__init__(canvas, start)
        self._last = QPoint(start.view)

    def move(self, pointer: Pointer) -> None:
        self.canvas.pan(pointer.view - self._last)
        self._last = QPoint(pointer.view)


def line_pen(token: str, width: float) -> QPen:
    """A pen of that many pixels, whatever the zoom."""
    pen = QPen(ink(token), width)
    pen.setCosmetic(True)
    return pen
