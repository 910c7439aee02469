"""Changing the size of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from nodeui.graph.edits import SetFrame
from nodeui.views.canvas.frame_paint import draw_frame
from nodeui.views.canvas.snap import GRID
from nodeui.views.canvas.tools.base import Pointer, Tool

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_LEAST = (120.0, 60.0)


def _on_grid(value: float) -> float:
    return round(value / GRID) * GRID


class ResizeTool(Tool):
    """Drags the lower right corner of a frame."""

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, canvas: CanvasView, start: Pointer, id: str) -> None:
        super().__init__(canvas, start)
        self._frame = self._shown = self.canvas.session.graph.frames[id]
        self.canvas.choose(frames={id})

    def begin(self) -> None:
        self.canvas.lift((), {self._frame.id})

    def drag(self, pointer: Pointer) -> None:
        x, y, width, height = self._frame.rect
        offset = pointer.at - self.start.at
        width = max(_LEAST[0], _on_grid(width + offset.x()))
        height = max(_LEAST[1], _on_grid(height + offset.y()))
        self._shown = msgspec.structs.replace(self._frame, rect=(x, y, width, height))
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
