"""The brush, and straight lines with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from nodeui.painting.document import Splice
from nodeui.painting.marks import Mark
from nodeui.painting.rasteriser import Stroke
from nodeui.views.easel.board import Board
from nodeui.views.easel.tool import Pointer, Tool, View

_MOST_POINTS = 16_000
"""Points of the longest stroke; a longer one is drawn as several, which are undone together."""

_STRING = 120.0
"""Distance of the fully stabilised brush behind the pointer, in pixels of the pane."""

_CLICK = 4.0
"""Distance of a press and a release that are a click, in pixels of the pane."""

_ANGLE = math.pi / 12
"""Angles of straight lines with Shift are multiples of this."""


def paint_outline(painter: QPainter, draw: Callable[[], object]) -> None:
    """Draw an outline dark and wide, then light and thin, so that it is seen on all grounds."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 150), 2.5))
    draw()
    painter.setPen(QPen(QColor(255, 255, 255, 230), 1))
    draw()


class BrushTool(Tool):
    """Paints strokes.

    Shift and drag changes the size, Shift and click draws a straight line from the end of the last
    stroke, Ctrl picks a colour.
    """

    name: ClassVar[str] = "brush"
    title: ClassVar[str] = "Brush"
    icon: ClassVar[str] = "brush"
    key: ClassVar[str] = "B"
    options: ClassVar[tuple[str, ...]] = (
        "size", "hardness", "opacity", "flow", "pressure", "stabiliser"
    )  # fmt: skip

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._at: Pointer | None = None  # where the outline is seen
        self._stroke: Stroke | None = None
        self._mark: Mark | None = None  # of the stroke
        self._gesture = object()  # of the stroke
        self._points = 0  # of the stroke
        self._tip: Pointer | None = None  # the end of the stroke, behind the pointer
        self._last: tuple[float, float] | None = None  # the end of the last stroke
        self._sizing: tuple[Pointer, float] | None = None  # where it began, and the size then
        self._picking = False
        board.opened.connect(self._forget)

    def _forget(self) -> None:
        self._last = None

    @property
    def busy(self) -> bool:
        return self._stroke is not None or self._sizing is not None

    # --- the hand --------------------------------------------------------------------------------

    def press(self, at: Pointer) -> Splice | None:
        self._at = at
        if at.control:
            self._picking = True
            self.board.pick(at.x, at.y)
        elif at.shift:
            self._sizing = at, self.board.state.size
        else:
            self._begin(at)
            self._draw(at)

    def move(self, at: Pointer) -> Splice | None:
        if self._sizing is not None:
            start, size = self._sizing
            self.board.state.size = size + 2 * (at.place.x() - start.place.x()) / at.scale
            return
        self._at = at
        if self._picking:
            self.board.pick(at.x, at.y)
        elif self._stroke is not None and self._tip is not None:
            tip = self._behind(self._tip, at)
            if tip[:2] != self._tip[:2] or tip.pressure != self._tip.pressure:
                self._draw(tip)

    def release(self, at: Pointer) -> Splice | None:
        self._picking = False
        if self._sizing is not None:
            (start, size), self._sizing = self._sizing, None
            if (at.place - start.place).manhattanLength() < _CLICK:
                self.board.state.size = size
                x, y = self._last or (at.x, at.y)
                self._line(at._replace(x=x, y=y), at)
        elif self._stroke is not None:
            self._end()

    def cancel(self) -> None:
        self._picking = False
        if self._sizing is not None:
            self.board.state.size = self._sizing[1]
            self._sizing = None
        if self._stroke is not None:
            stroke, self._stroke = self._stroke, None
            self.board.give_up(stroke)

    # --- a stroke --------------------------------------------------------------------------------

    def _begin(self, at: Pointer) -> None:
        """Put the brush on the sheet."""
        state = self.board.state
        self._mark = self.board.mark(
            "brush",
            erase=state.eraser or at.eraser,
            size=state.size,
            hardness=state.hardness,
            flow=state.flow,
            pressure=state.pressure,
        )
        self._stroke = self.board.start(self._mark)
        self._gesture = object()
        self._points = 0

    def _draw(self, tip: Pointer) -> None:
        """Draw the stroke to a point."""
        assert self._stroke is not None and self._mark is not None
        self._tip = tip
        self.board.draw(self._stroke, tip.x, tip.y, tip.pressure)
        self._points += 1
        if self._points == _MOST_POINTS:
            self._end()
            if self.board.ready:  # it is not if the edit was refused
                self._stroke = self.board.start(self._mark)
                self._points = 0
                self._draw(tip)

    def _end(self) -> None:
        """Lift the brush."""
        assert self._stroke is not None and self._tip is not None
        stroke, self._stroke = self._stroke, None
        self._last = self._tip.x, self._tip.y
        self.board.commit(self.board.lift(stroke), self._gesture)

    def _line(self, start: Pointer, end: Pointer) -> None:
        """Draw a straight line."""
        self._begin(start)
        self._draw(start)
        self._draw(end)
        self._end()

    def _behind(self, tip: Pointer, at: Pointer) -> Pointer:
        """Return where the brush goes, as if the pointer pulled it by a string."""
        string = self.board.state.stabiliser * _STRING
        way = at.place - tip.place
        if not string:
            return at
        share = max(0.0, 1 - string / max(math.hypot(way.x(), way.y()), 1e-9))
        x, y = tip.x + share * (at.x - tip.x), tip.y + share * (at.y - tip.y)
        if not share:
            return tip
        return at._replace(x=x, y=y, place=tip.place + way * share)

    # --- the outline -----------------------------------------------------------------------------

    def hover(self, at: Pointer) -> None:
        self._at = at

    def leave(self) -> None:
        self._at = None

    def cursor(self, at: Pointer) -> Qt.CursorShape:
        if at.control:
            return Qt.CursorShape.CrossCursor
        return Qt.CursorShape.BlankCursor

    def overlay(self, view: View) -> QRectF | None:
        if self._at is None:
            return QRectF()
        radius = self._radius(view) + 2
        box = QRectF(-radius, -radius, 2 * radius, 2 * radius).translated(self._at.place)
        if self._stroke is None or self._tip is None:
            return box
        return box.united(QRectF(self._at.place, self._tip.place).normalized())

    def paint(self, painter: QPainter, view: View) -> None:
        at = self._at
        if at is None:
            return
        radius = self._radius(view)
        paint_outline(painter, lambda: painter.drawEllipse(at.place, radius, radius))
        if self._stroke is not None and self._tip is not None:
            tip = self._tip
            paint_outline(painter, lambda: painter.drawLine(at.place, tip.place))

    def _radius(self, view: View) -> float:
        return max(view.length_of(self.board.state.size) / 2, 1.5)


class LineTool(BrushTool):
    """Draws straight lines; with Shift, at multiples of 15 degrees."""

    name: ClassVar[str] = "line"
    title: ClassVar[str] = "Straight line"
    icon: ClassVar[str] = "vector-line"
    key: ClassVar[str] = "V"
    options: ClassVar[tuple[str, ...]] = ("size", "hardness", "opacity", "flow")

    def __init__(self, board: Board) -> None:
        super().__init__(board)
        self._from: Pointer | None = None

    @property
    def busy(self) -> bool:
        return self._from is not None

    def press(self, at: Pointer) -> Splice | None:
        self._at = self._from = at

    def move(self, at: Pointer) -> Splice | None:
        self._at = self._snapped(at)

    def release(self, at: Pointer) -> Splice | None:
        start, end = self._from, self._snapped(at)
        self._from = None
        if start is not None:
            self._line(start._replace(pressure=1.0), end._replace(pressure=1.0))

    def cancel(self) -> None:
        self._from = None

    def _snapped(self, at: Pointer) -> Pointer:
        """Return the nearest end of a line at one of the angles, while Shift is held."""
        start = self._from
        if start is None or not at.shift:
            return at
        way = at.place - start.place
        length, angle = math.hypot(way.x(), way.y()), math.atan2(way.y(), way.x())
        angle = round(angle / _ANGLE) * _ANGLE
        snapped = QPointF(math.cos(angle), math.sin(angle)) * length
        x = start.x + (at.x - start.x) * _share(snapped.x(), way.x())
        y = start.y + (at.y - start.y) * _share(snapped.y(), way.y())
        return at._replace(x=x, y=y, place=start.place + snapped)

    def overlay(self, view: View) -> QRectF | None:
        box = super().overlay(view)
        if self._from is None or self._at is None or box is None:
            return box
        radius = self._radius(view) + 2
        line = QRectF(self._from.place, self._at.place).normalized()
        return box.united(line.adjusted(-radius, -radius, radius, radius))

    def paint(self, painter: QPainter, view: View) -> None:
        super().paint(painter, view)
        if self._from is not None and self._at is not None:
            start, end = self._from.place, self._at.place
            paint_outline(painter, lambda: painter.drawLine(start, end))


def _share(snapped: float, way: float) -> float:
    return snapped / way if way else 1.0
