"""The tools that select by box or lasso, and the one that pans."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from nodeui.graph.parts import Frame
from nodeui.views.canvas.paint import colour, guide_pen
from nodeui.views.canvas.scene import Canvas
from nodeui.views.canvas.tools.base import Pointer, Tool

_SHIFT = Qt.KeyboardModifier.ShiftModifier


class _SelectTool(Tool):
    """Selects by an area; Shift adds to the selection. A click selects the frame there, if any."""

    def begin(self) -> None:
        add = self.start.held(_SHIFT)
        selection, frames = self.canvas.session.selection, self.canvas.frames
        self._before = (selection, frames) if add else (frozenset[str](), frozenset[str]())
        self._area = QPolygonF([self.start.at])

    def drag(self, pointer: Pointer) -> None:
        canvas, (nodes, frames) = self.canvas, self._before
        self._extend(pointer.at)
        found = (frame.id for frame in canvas.mirror.level.frames() if self._encloses(frame))
        canvas.session.select_frames(frames.union(found))
        canvas.session.select(nodes.union(canvas.mirror.level.nodes(self._keys())))
        canvas.viewport.redraw()

    def _extend(self, at: QPointF) -> None:
        """Extend the area to the pointer."""
        raise NotImplementedError

    def _keys(self) -> Iterable[str]:
        """Return the nodes and groups in the area."""
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
            painter.setPen(guide_pen("accent", 1))
            painter.setBrush(colour("accent", 0.12))
            painter.drawPolygon(self._area)


class BoxTool(_SelectTool):
    """Selects the nodes that a rectangle touches, and the frames inside it."""

    def _extend(self, at: QPointF) -> None:
        self._area = QPolygonF(QRectF(self.start.at, at).normalized())

    def _keys(self) -> Iterable[str]:
        nodes = self.canvas.mirror.nodes
        return nodes.keys_of(nodes.touching(self._area.boundingRect()))


class LassoTool(_SelectTool):
    """Selects the nodes whose centres a loop encloses, and the frames inside it."""

    def _extend(self, at: QPointF) -> None:
        self._area.append(at)

    def _keys(self) -> Iterable[str]:
        nodes, fill = self.canvas.mirror.nodes, Qt.FillRule.OddEvenFill
        near = nodes.keys_of(nodes.touching(self._area.boundingRect()))
        return [key for key in near if self._area.containsPoint(nodes.rect(key).center(), fill)]


class PanTool(Tool):
    """Pans the view."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Canvas, start: Pointer) -> None:
        super().__init__(canvas, start)
        self._last = QPoint(start.view)

    def move(self, pointer: Pointer) -> None:
        self.canvas.viewport.pan(pointer.view - self._last)
        self._last = QPoint(pointer.view)
