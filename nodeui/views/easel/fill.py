"""Tools for fills, gradients, and picking colours."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtGui import QPainter

from nodeui.painting.document import Splice
from nodeui.views.easel.brush import paint_outline
from nodeui.views.easel.shapes import DraggedTool
from nodeui.views.easel.tool import Pointer, Tool, View

_ANGLE = math.pi / 12
"""Angles of gradients with Shift are multiples of this."""


class FillTool(Tool):
    """Fills the area of like colour around a point; Ctrl picks a colour."""

    name: ClassVar[str] = "fill"
    title: ClassVar[str] = "Fill"
    icon: ClassVar[str] = "format-color-fill"
    key: ClassVar[str] = "F"
    options: ClassVar[tuple[str, ...]] = ("tolerance", "opacity")
    everywhere: ClassVar[bool] = False

    def press(self, at: Pointer) -> Splice | None:
        if at.control:
            self.board.pick(at.x, at.y)
            return None
        if not (0 <= at.x < 1 and 0 <= at.y < 1):
            return None
        mark = self.board.mark(
            "fill",
            [(at.x, at.y)],
            tolerance=self.board.state.tolerance,
            everywhere=self.everywhere,
        )
        return self.board.adding(mark)


class SimilarTool(FillTool):
    """Fills all parts of like colour, connected or not."""

    name: ClassVar[str] = "similar"
    title: ClassVar[str] = "Fill similar colours"
    icon: ClassVar[str] = "select-color"
    key: ClassVar[str] = ""
    everywhere: ClassVar[bool] = True


class GradientTool(DraggedTool):
    """Draws a gradient, from the colour to nothing; Shift snaps its angle."""

    name: ClassVar[str] = "gradient"
    title: ClassVar[str] = "Gradient"
    icon: ClassVar[str] = "gradient-horizontal"
    key: ClassVar[str] = "G"
    options: ClassVar[tuple[str, ...]] = ("radial", "opacity")

    def drawn(self, start: Pointer, end: Pointer) -> Splice | None:
        radial = self.board.state.radial == "radial"
        ends = [(start.x, start.y), self._end(start, end)]
        return self.board.adding(self.board.mark("gradient", ends, radial=radial))

    def _end(self, start: Pointer, end: Pointer) -> tuple[float, float]:
        """Return the second end of the gradient."""
        if not end.shift:
            return end.x, end.y
        width, height = self.board.size
        across, down = (end.x - start.x) * width, (end.y - start.y) * height
        angle = round(math.atan2(down, across) / _ANGLE) * _ANGLE
        length = math.hypot(across, down)
        return (
            start.x + math.cos(angle) * length / width,
            start.y + math.sin(angle) * length / height,
        )

    def paint_drag(self, painter: QPainter, view: View, start: Pointer, end: Pointer) -> None:
        ends = view.place_of(start.x, start.y), view.place_of(*self._end(start, end))
        paint_outline(painter, lambda: painter.drawLine(*ends))
        paint_outline(painter, lambda: painter.drawEllipse(ends[0], 5, 5))
        if self.board.state.radial == "radial":
            way = ends[1] - ends[0]
            radius = math.hypot(way.x(), way.y())
            paint_outline(painter, lambda: painter.drawEllipse(ends[0], radius, radius))


class PickTool(Tool):
    """Picks the colour that is seen, or that of the picture below; on regions, a region."""

    name: ClassVar[str] = "pick"
    title: ClassVar[str] = "Pick colour"
    icon: ClassVar[str] = "eyedropper"
    key: ClassVar[str] = "P"
    options: ClassVar[tuple[str, ...]] = ("pick_from",)

    def press(self, at: Pointer) -> Splice | None:
        if self.board.state.pick_from == "below" and not self.board.below.isNull():
            self._pick_below(at)
        else:
            self.board.pick(at.x, at.y)

    def move(self, at: Pointer) -> Splice | None:
        return self.press(at)

    def _pick_below(self, at: Pointer) -> None:
        below = self.board.below
        x, y = math.floor(at.x * below.width()), math.floor(at.y * below.height())
        if below.valid(x, y) and self.board.kind != "regions":
            self.board.state.foreground = below.pixelColor(x, y).name()
