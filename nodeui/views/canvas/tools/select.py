"""Selecting by box and lasso; panning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nodeui.views.canvas.ink import ink
from nodeui.views.canvas.tools.base import Pointer, Tool

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_SHIFT = Qt.KeyboardModifier.ShiftModifier


class BoxTool(Tool):
    """Selects the nodes that a rectangle touches; with Shift, they join the selection."""

    def begin(self) -> None:
        self._before = (
            self.canvas.session.selection if self.start.held(_SHIFT) else frozenset[str]()
        )
        self._box = QRectF()

    def drag(self, pointer: Pointer) -> None:
        self._box = QRectF(self.start.at, pointer.at).normalized()
        self.canvas.session.select(self._before.union(self._found()))
        self.canvas.viewport().update()

    def _found(self) -> list[str]:
        mirror = self.canvas.mirror
        return mirror.level.nodes(mirror.nodes.keys_of(mirror.nodes.touching(self._box)))

    def release(self, pointer: Pointer) -> None:
        if not self.dragging and not self.start.held(_SHIFT):
            self.canvas.session.select(())

    def paint(self, painter: QPainter) -> None:
        if self.dragging:
            painter.setPen(line_pen("accent", 1))
            painter.setBrush(ink("accent", 0.12))
            painter.drawRect(self._box)


class LassoTool(Tool):
    """Selects the nodes whose centres a loop encloses; with Shift, they join the selection."""

    def begin(self) -> None:
        self._loop = QPolygonF([self.start.at])

    def drag(self, pointer: Pointer) -> None:
        self._loop.append(pointer.at)
        self.canvas.viewport().update()

    def release(self, pointer: Pointer) -> None:
        if not self.dragging:
            return
        nodes = self.canvas.mirror.nodes
        near = nodes.keys_of(nodes.touching(self._loop.boundingRect()))
        fill = Qt.FillRule.OddEvenFill
        found = {id for id in near if self._loop.containsPoint(nodes.rect(id).center(), fill)}
        before = self.canvas.session.selection if pointer.held(_SHIFT) else frozenset[str]()
        self.canvas.session.select(before.union(self.canvas.mirror.level.nodes(found)))

    def paint(self, painter: QPainter) -> None:
        if self.dragging:
            painter.setPen(line_pen("accent", 1))
            painter.setBrush(ink("accent", 0.12))
            painter.drawPolygon(self._loop)


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
