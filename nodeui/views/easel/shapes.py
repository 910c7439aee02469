"""Tools for filled shapes: rectangle, ellipse, polygon, lasso."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from nodeui.painting.document import Splice
from nodeui.painting.marks import Kind
from nodeui.views.easel.board import Board
from nodeui.views.easel.brush import paint_outline
from nodeui.views.easel.tool import Pointer, Tool, View

Point = tuple[float, float]
"""A point in widths and heights of the sheet."""

MOST_CORNERS = 16_000
"""Corners of the longest lasso."""

_NEAR = 8.0
"""Distance to the first corner of a polygon at which a click closes it, in pixels of the pane."""

_STEP = 1.5
"""Distance of the corners of a lasso, in pixels of the pane."""


def corners_of(start: Pointer, end: Pointer, size: tuple[int, int]) -> tuple[Point, Point]:
    """Return two opposite corners of a shape that is dragged.

    Args:
        start: Where it began.
        end: Where the pointer is. Shift makes the sides equal, Ctrl puts the centre at the start.
        size: Width and height of the sheet in pixels.
    """
    across, down = (end.x - start.x) * size[0], (end.y - start.y) * size[1]
    if end.shift:
        side = max(abs(across), abs(down))
        across = side if across >= 0 else -side
        down = side if down >= 0 else -side
    wide, high = across / size[0], down / size[1]
    back = 1 if end.control else 0
    return (
        (start.x - back * wide, start.y - back * high),
        (start.x + wide, start.y + high),
    )


def polygon_of(points: list[Point], view: View) -> QPolygonF:
    """Return points of the sheet as a polygon in the pane."""
    return QPolygonF([view.place_of(*point) for point in points])


class DraggedTool(Tool):
    """A tool that draws between the ends of a drag."""

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._ends: tuple[Pointer, Pointer] | None = None

    @property
    def busy(self) -> bool:
        return self._ends is not None

    def press(self, at: Pointer) -> Splice | None:
        self._ends = at, at

    def move(self, at: Pointer) -> Splice | None:
        if self._ends is not None:
            self._ends = self._ends[0], at
            self.board.overlay_changed.emit()

    def release(self, at: Pointer) -> Splice | None:
        if self._ends is None:
            return None
        (start, _), self._ends = self._ends, None
        self.board.overlay_changed.emit()
        return self.drawn(start, at) if start.place != at.place else None

    def drawn(self, start: Pointer, end: Pointer) -> Splice | None:
        """Return the change that the drag makes."""
        raise NotImplementedError

    def cancel(self) -> None:
        self._ends = None
        self.board.overlay_changed.emit()

    def overlay(self, view: View) -> QRectF | None:
        return None if self.busy else QRectF()

    def paint(self, painter: QPainter, view: View) -> None:
        if self._ends is not None:
            self.paint_drag(painter, view, *self._ends)

    def paint_drag(self, painter: QPainter, view: View, start: Pointer, end: Pointer) -> None:
        """Paint the outline of what is drawn."""
        raise NotImplementedError


class _CornersTool(DraggedTool):
    """Draws a shape between two corners."""

    mark: ClassVar[Kind]
    options: ClassVar[tuple[str, ...]] = ("opacity",)

    def drawn(self, start: Pointer, end: Pointer) -> Splice | None:
        corners = corners_of(start, end, self.board.size)
        return self.board.adding(self.board.mark(self.mark, corners))

    def box(self, view: View, start: Pointer, end: Pointer) -> QRectF:
        """Return the place of the shape in the pane."""
        first, second = corners_of(start, end, self.board.size)
        return QRectF(view.place_of(*first), view.place_of(*second)).normalized()


class RectangleTool(_CornersTool):
    """Draws filled rectangles: Shift squares, Ctrl from the centre."""

    name: ClassVar[str] = "rectangle"
    title: ClassVar[str] = "Rectangle"
    icon: ClassVar[str] = "rectangle"
    mark: ClassVar[Kind] = "rectangle"

    def paint_drag(self, painter: QPainter, view: View, start: Pointer, end: Pointer) -> None:
        box = self.box(view, start, end)
        paint_outline(painter, lambda: painter.drawRect(box))


class EllipseTool(_CornersTool):
    """Draws filled ellipses: Shift circles, Ctrl from the centre."""

    name: ClassVar[str] = "ellipse"
    title: ClassVar[str] = "Ellipse"
    icon: ClassVar[str] = "ellipse"
    mark: ClassVar[Kind] = "ellipse"

    def paint_drag(self, painter: QPainter, view: View, start: Pointer, end: Pointer) -> None:
        box = self.box(view, start, end)
        paint_outline(painter, lambda: painter.drawEllipse(box))


class LassoTool(Tool):
    """Fills the area around which the hand draws."""

    name: ClassVar[str] = "lasso"
    title: ClassVar[str] = "Freehand shape"
    icon: ClassVar[str] = "gesture"
    options: ClassVar[tuple[str, ...]] = ("opacity",)

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._points: list[Point] = []
        self._last = QPointF()

    @property
    def busy(self) -> bool:
        return bool(self._points)

    def press(self, at: Pointer) -> Splice | None:
        self._points, self._last = [(at.x, at.y)], at.place

    def move(self, at: Pointer) -> Splice | None:
        far = (at.place - self._last).manhattanLength() >= _STEP
        if self._points and far and len(self._points) < MOST_CORNERS:
            self._points.append((at.x, at.y))
            self._last = at.place
            self.board.overlay_changed.emit()

    def release(self, at: Pointer) -> Splice | None:
        points, self._points = self._points, []
        self.board.overlay_changed.emit()
        return self.drawn(points) if len(points) >= 3 else None

    def drawn(self, points: list[Point]) -> Splice | None:
        """Return the change for a closed line."""
        return self.board.adding(self.board.mark("polygon", points))

    def cancel(self) -> None:
        self._points = []
        self.board.overlay_changed.emit()

    def overlay(self, view: View) -> QRectF | None:
        return None if self.busy else QRectF()

    def paint(self, painter: QPainter, view: View) -> None:
        if len(self._points) > 1:
            line = polygon_of(self._points, view)
            paint_outline(painter, lambda: painter.drawPolygon(line))


class PolygonTool(Tool):
    """Fills the area between corners that are clicked.

    Return, a double click or a click on the first corner closes it; Backspace removes the last
    corner.
    """

    name: ClassVar[str] = "polygon"
    title: ClassVar[str] = "Polygon"
    icon: ClassVar[str] = "pentagon"
    options: ClassVar[tuple[str, ...]] = ("opacity",)

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._corners: list[Pointer] = []
        self._at: Pointer | None = None

    @property
    def busy(self) -> bool:
        return bool(self._corners)

    def press(self, at: Pointer) -> Splice | None:
        if len(self._corners) >= 3 and self._near_first(at):
            return self.confirm()
        if len(self._corners) < MOST_CORNERS:
            self._corners.append(at)
        self._at = at
        self.board.overlay_changed.emit()

    def _near_first(self, at: Pointer) -> bool:
        """True if a click closes the polygon, at the present zoom."""
        first, (width, height) = self._corners[0], self.board.size
        away = math.hypot((at.x - first.x) * width, (at.y - first.y) * height)
        return away / min(width, height) * at.scale <= _NEAR

    def move(self, at: Pointer) -> Splice | None:
        self.hover(at)

    def hover(self, at: Pointer) -> None:
        self._at = at
        if self._corners:
            self.board.overlay_changed.emit()

    def double_click(self, at: Pointer) -> Splice | None:
        return self.confirm()

    def confirm(self) -> Splice | None:
        points = [(corner.x, corner.y) for corner in self._corners]
        self.cancel()
        return self.board.adding(self.board.mark("polygon", points)) if len(points) >= 3 else None

    def cancel(self) -> None:
        self._corners = []
        self.board.overlay_changed.emit()

    def uses(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        return key == Qt.Key.Key_Backspace and self.busy

    def key_press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        if not self.uses(key, modifiers):
            return False
        self._corners.pop()
        self.board.overlay_changed.emit()
        return True

    def overlay(self, view: View) -> QRectF | None:
        return None if self.busy else QRectF()

    def paint(self, painter: QPainter, view: View) -> None:
        if not self._corners:
            return
        points = [(corner.x, corner.y) for corner in self._corners]
        if self._at is not None:
            points.append((self._at.x, self._at.y))
        line, first = polygon_of(points, view), view.place_of(*points[0])
        paint_outline(painter, lambda: painter.drawPolyline(line))
        paint_outline(painter, lambda: painter.drawEllipse(first, _NEAR / 2, _NEAR / 2))
