"""The frame with handles around what is moved, scaled and turned."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from nodeui.painting import warping
from nodeui.painting.warping import Matrix
from nodeui.views import theme

Point = tuple[float, float]

REACH = 9.0
"""Distance within which the pointer grabs a handle, in pixels of the pane."""

TURN_REACH = 36.0
"""Distance around the frame within which a drag turns it, in pixels of the pane."""

_ANGLE = math.pi / 12
"""Turns with Shift are multiples of this."""

_LEAST = 0.01
"""Smallest factor of a side."""

_MOST = 60.0
"""Largest number of a map, in shares of the sheet."""

HANDLES: tuple[Point, ...] = (
    (0, 0), (0.5, 0), (1, 0), (1, 0.5), (1, 1), (0.5, 1), (0, 1), (0, 0.5),
)  # fmt: skip
"""Places of the handles in widths and heights of the frame."""


class Grip(NamedTuple):
    """A part of the frame that the hand holds.

    Attributes:
        kind: "move", "turn" or "scale".
        handle: Of "scale", the place of the handle, as in `HANDLES`.
    """

    kind: str
    handle: Point = (0.5, 0.5)


class Frame:
    """A rectangle of the sheet, mapped to another place. All points are in pixels of the sheet.

    Args:
        box: Left, top, right and bottom of the rectangle.
        size: Width and height of the sheet.

    Attributes:
        matrix: The map.
    """

    def __init__(self, box: tuple[float, float, float, float], size: tuple[int, int]) -> None:
        left, top, right, bottom = box
        self._origin = left, top
        self._room = max(right - left, 1e-6), max(bottom - top, 1e-6)
        self._size = size
        self.matrix: Matrix = warping.IDENTITY

    def corner(self, place: Point) -> Point:
        """Return a point of the frame, given in widths and heights of it."""
        return warping.moved(self.matrix, *self._flat(place))

    def _flat(self, place: Point) -> Point:
        """Return a point of the frame before it was mapped."""
        return (
            self._origin[0] + place[0] * self._room[0],
            self._origin[1] + place[1] * self._room[1],
        )

    @property
    def shares(self) -> Matrix:
        """The map in shares of the sheet, as marks have it."""
        width, height = self._size
        return warping.in_pixels(self.matrix, 1 / width, 1 / height)

    def grip(self, at: Point, scale: float) -> Grip | None:
        """Return the part of the frame under the pointer; None if it is far away.

        Args:
            at: Where the pointer is.
            scale: Pixels of the pane in a pixel of the sheet.
        """
        away = [(_distance(at, self.corner(place)), place) for place in HANDLES]
        nearest, handle = min(away)
        if nearest * scale <= REACH:
            return Grip("scale", handle)
        corners = QPolygonF([QPointF(*self.corner(place)) for place in HANDLES])
        if corners.containsPoint(QPointF(*at), Qt.FillRule.WindingFill):
            return Grip("move")
        beside = min(
            _away(at, self.corner(a), self.corner(b))
            for a, b in zip(HANDLES, (*HANDLES[1:], HANDLES[0]), strict=True)
        )
        return Grip("turn") if beside * scale <= TURN_REACH else None

    def drag(
        self, grip: Grip, start: Point, end: Point, before: Matrix, shift: bool, control: bool
    ) -> None:
        """Follow a drag of the frame.

        Args:
            grip: The part that the hand holds.
            start: Where the drag began.
            end: Where the pointer is.
            before: The map when it began.
            shift: Keep proportions; move along an axis; turn by steps of 15 degrees.
            control: Scale from the centre.
        """
        match grip.kind:
            case "move":
                across, down = end[0] - start[0], end[1] - start[1]
                if shift:
                    across, down = (across, 0.0) if abs(across) >= abs(down) else (0.0, down)
                matrix = self._shifted(before, round(across), round(down))
            case "turn":
                matrix = self._turned(before, start, end, shift)
            case _:
                matrix = self._scaled(grip.handle, end, before, shift, control)
        self.take(matrix)

    def take(self, matrix: Matrix) -> None:
        """Change the map, unless it leads too far away."""
        width, height = self._size
        shares = warping.in_pixels(matrix, 1 / width, 1 / height)
        if max(map(abs, shares)) <= _MOST:
            self.matrix = matrix

    def shift(self, across: float, down: float) -> None:
        """Move the frame by pixels."""
        self.take(self._shifted(self.matrix, across, down))

    def change(self, a: float, b: float, c: float, d: float) -> None:
        """Apply a linear map around the centre of the frame, such as a mirror."""
        self.take(warping.product(self.matrix, _around(self.corner((0.5, 0.5)), a, b, c, d)))

    def _shifted(self, before: Matrix, across: float, down: float) -> Matrix:
        return warping.product(before, (1.0, 0.0, 0.0, 1.0, across, down))

    def _turned(self, before: Matrix, start: Point, end: Point, steps: bool) -> Matrix:
        centre = warping.moved(before, *self._flat((0.5, 0.5)))
        angle = _angle(centre, end) - _angle(centre, start)
        if steps:
            angle = round(angle / _ANGLE) * _ANGLE
        cos, sin = math.cos(angle), math.sin(angle)
        return warping.product(before, _around(centre, cos, sin, -sin, cos))

    def _scaled(
        self, handle: Point, end: Point, before: Matrix, even: bool, centred: bool
    ) -> Matrix:
        anchor = (0.5, 0.5) if centred else (1 - handle[0], 1 - handle[1])
        fixed, held = self._flat(anchor), self._flat(handle)
        pointer = warping.moved(warping.inverted(before), *end)
        factors = [1.0, 1.0]
        for axis in (0, 1):
            if held[axis] != fixed[axis]:
                factor = (pointer[axis] - fixed[axis]) / (held[axis] - fixed[axis])
                factors[axis] = math.copysign(max(abs(factor), _LEAST), factor)
        if even:
            moving = [factors[axis] for axis in (0, 1) if handle[axis] != 0.5]
            largest = max(moving, key=abs)
            factors = [largest, largest]
        return warping.product(_around(fixed, factors[0], 0.0, 0.0, factors[1]), before)

    def paint(self, painter: QPainter, places: list[QPointF]) -> None:
        """Paint the frame.

        Args:
            painter: The painter.
            places: Places of the `HANDLES` in the pane.
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QPolygonF(places)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(theme.colour("shadow", 0.6))
        painter.drawPolygon(frame.translated(1, 1))
        painter.setPen(theme.colour("accent"))
        painter.drawPolygon(frame)
        painter.setBrush(theme.colour("panel"))
        for place in places:
            painter.drawRect(round(place.x()) - 4, round(place.y()) - 4, 8, 8)


def _around(centre: Point, a: float, b: float, c: float, d: float) -> Matrix:
    """Return the map of a linear map around a point."""
    x, y = centre
    return a, b, c, d, x - a * x - c * y, y - b * x - d * y


def _distance(one: Point, other: Point) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _angle(centre: Point, point: Point) -> float:
    return math.atan2(point[1] - centre[1], point[0] - centre[0])


def _away(point: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from a line between two others."""
    across, down = end[0] - start[0], end[1] - start[1]
    square = across * across + down * down
    along = 0.0
    if square:
        along = ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / square
    along = min(max(along, 0.0), 1.0)
    return _distance(point, (start[0] + along * across, start[1] + along * down))
