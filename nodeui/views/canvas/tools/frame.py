"""The tool that resizes frames."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from nodeui.graph.edits import SetFrame
from nodeui.views.canvas.paint import draw_frame
from nodeui.views.canvas.scene import GRID, Canvas
from nodeui.views.canvas.tools.base import Pointer, Tool

_SMALLEST = (120.0, 60.0)


def _on_grid(value: float) -> float:
    return round(value / GRID) * GRID


class ResizeTool(Tool):
    """Drags the lower right corner of a frame.

    Args:
        canvas: The canvas.
        start: The pointer when the button was pressed.
        id: The frame's id.
    """

    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, canvas: Canvas, start: Pointer, id: str) -> None:
        super().__init__(canvas, start)
        self._before = self._frame = canvas.session.graph.frames[id]
        canvas.choose(frames={id})

    def begin(self) -> None:
        self.canvas.state.hide_frame(self._before.id)

    def drag(self, pointer: Pointer) -> None:
        x, y, width, height = self._before.rect
        offset = pointer.at - self.start.at
        width = max(_SMALLEST[0], _on_grid(width + offset.x()))
        height = max(_SMALLEST[1], _on_grid(height + offset.y()))
        self._frame = msgspec.structs.replace(self._before, rect=(x, y, width, height))
        self.canvas.viewport.redraw()

    def release(self, pointer: Pointer) -> None:
        self.cancel()
        if self._frame != self._before:
            self.canvas.edit(SetFrame(self._before.id, self._frame))

    def cancel(self) -> None:
        self.canvas.state.hide_frame("")

    def paint(self, painter: QPainter) -> None:
        if self.dragging:
            draw_frame(painter, self._frame, self.canvas.viewport.zoom, selected=True)
