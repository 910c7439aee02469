"""Moving frames with what is in them, and changing their size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nodeui.graph.edits import Batch, Edit, SetFrame
from nodeui.graph.parts import Frame
from nodeui.views.canvas.frame_paint import draw_frame
from nodeui.views.canvas.places import moved
from nodeui.views.canvas.snap import GRID
from nodeui.views.canvas.tools.base import Pointer, Tool

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_LEAST = (120.0, 60.0)


def _on_grid(value: float) -> float:
    return round(value / GRID) * GRID


def at(frame: Frame, rect: QRectF) -> Frame:
    """A frame in another place."""
    place = (rect.x(), rect.y(), rect.width(), rect.height())
    return msgspec.structs.replace(frame, rect=place)


class FrameTool(Tool):
    """Drags a frame, and the nodes and frames that lie in it; a click selects it."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: CanvasView, start: Pointer, id: str) -> None:
        super().__init__(canvas, start)
        self._id = id
        self._offset = QPointF(0, 0)
        self.canvas.select_frames({id})

    def begin(self) -> None:
        mirror, frames = self.canvas.mirror, self.canvas.session.graph.frames
        box = QRectF(*frames[self._id].rect)
        self._nodes = mirror.nodes.keys_of(mirror.nodes.inside(box))
        inner = (frame for frame in mirror.level.frames() if box.contains(QRectF(*frame.rect)))
        self._frames = [frames[self._id], *(frame for frame in inner if frame.id != self._id)]
        self.canvas.lift(self._nodes, {frame.id for frame in self._frames})

    def drag(self, pointer: Pointer) -> None:
        x, y, _, _ = self._frames[0].rect
        goal = QPointF(x, y) + pointer.at - self.start.at
        self._offset = QPointF(_on_grid(goal.x()) - x, _on_grid(goal.y()) - y)
        self.canvas.viewport().update()

    def release(self, pointer: Pointer) -> None:
        if not self.dragging:
            return
        self.canvas.lift(())
        if self._offset.isNull():
            return
        edits: list[Edit] = [SetFrame(frame.id, self._moved(frame)) for frame in self._frames]
        edits += moved(self.canvas.mirror, self._nodes, self._offset)
        self.canvas.edit(Batch(tuple(edits), label=self.canvas.tr("Move frame")))

    def _moved(self, frame: Frame) -> Frame:
        return at(frame, QRectF(*frame.rect).translated(self._offset))

    def cancel(self) -> None:
        self.canvas.lift(())

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        for frame in self._frames:
            draw_frame(painter, self._moved(frame), self.canvas.zoom, frame.id == self._id)
        shown, zoom = self.canvas.shown_rect(), self.canvas.zoom
        self.canvas.painter.paint_lifted(painter, self._offset, shown, zoom)


class ResizeTool(Tool):
    """Drags the lower right corner of a frame."""

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, canvas: CanvasView, start: Pointer, id: str) -> None:
        super().__init__(canvas, start)
        self._frame = self._shown = self.canvas.session.graph.frames[id]
        self.canvas.select_frames({id})

    def begin(self) -> None:
        self.canvas.lift((), {self._frame.id})

    def drag(self, pointer: Pointer) -> None:
        x, y, width, height = self._frame.rect
        offset = pointer.at - self.start.at
        width = max(_LEAST[0], _on_grid(width + offset.x()))
        height = max(_LEAST[1], _on_grid(height + offset.y()))
        self._shown = at(self._frame, QRectF(x, y, width, height))
        self.canvas.viewport().update()

    def release(self, pointer: Pointer) -> None:
        self.canvas.lift(())
        if self._shown != self._frame:
            self.canvas.edit(SetFrame(self._frame.id, self._shown))

    def cancel(self) -> None:
        self.canvas.lift(())

    def paint(self, painter: QPainter) -> None:
        if self.dragging:
            draw_frame(painter, self._shown, self.canvas.zoom, selected=True)
