"""The pen: the coverage of a brush stroke, one piece at a time.

A piece is a straight part of the stroke, a capsule whose radius changes linearly. Where pieces
overlap, coverage rises towards that of the higher one by the flow, and never above it ("alpha
darken" in Krita): a stroke over itself is no darker.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from nodeui.painting.coverage import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodeui.painting.marks import Mark

    Array = NDArray[np.float32]

_SHORTEST = 48.0
"""Pieces are split to this length in pixels, or to the brush's diameter if that is more."""

_DAB = 0.25
"""Distance of the dabs of a brush whose flow is below 1, in its radii."""


class Tip(NamedTuple):
    """The brush at a point of a stroke.

    Attributes:
        x: Its place in pixels.
        y: See `x`.
        radius: Its radius in pixels.
        strength: Its highest coverage.
    """

    x: float
    y: float
    radius: float
    strength: float

    def towards(self, other: Tip, share: float) -> Tip:
        """Return the brush at a share of the way to another point."""
        return Tip(*(a + (b - a) * share for a, b in zip(self, other, strict=True)))


class Pen:
    """A brush stroke under way.

    Args:
        mark: The stroke; its points do not matter.
        width: Width of the sheet in pixels.
        height: Height of the sheet.
        clip: The pixels to paint.
        reached: Coverage of the stroke so far, (height, width), zeros; `lift` clears it again.
    """

    def __init__(self, mark: Mark, width: int, height: int, clip: Box, reached: Array) -> None:
        self._mark = mark
        self._radius = max(mark.size * min(width, height) / 2, 0.0)
        self._clip = clip
        self._reached = reached
        self._boxes: list[Box] = []
        self._last: Tip | None = None
        self._until_dab = 0.0

    def to(self, x: float, y: float, pressure: int) -> Iterator[tuple[Box, Array]]:
        """Move to a point, and yield the pixels that change.

        Args:
            x: Place in pixels.
            y: See `x`.
            pressure: From 0 to 255.

        Yields:
            A box, and the share of each of its pixels that the brush's colour replaces.
        """
        tip = self._tip(x, y, pressure / 255)
        last, self._last = self._last, tip
        pieces = self._lines(last, tip) if self._mark.flow == 1 else self._dabs(last, tip)
        for start, end in pieces:
            painted = self._paint(start, end)
            if painted is not None:
                yield painted

    def lift(self) -> None:
        """End the stroke."""
        for box in self._boxes:
            self._reached[box.slices] = 0

    def _tip(self, x: float, y: float, pressure: float) -> Tip:
        mode = self._mark.pressure
        radius = self._radius * (pressure if mode in ("size", "both") else 1)
        strength = pressure if mode in ("opacity", "both") else 1.0
        # a line thinner than a pixel is a fainter line of one pixel
        return Tip(x, y, max(radius, 0.5), strength * min(1, 2 * radius))

    def _lines(self, last: Tip | None, tip: Tip) -> Iterator[tuple[Tip, Tip]]:
        """Yield the pieces of a straight line."""
        if last is None:
            yield tip, tip
            return
        if not self._box(last, tip):
            return
        length = math.hypot(tip.x - last.x, tip.y - last.y)
        count = max(1, math.ceil(length / max(_SHORTEST, 2 * self._radius)))
        start = last
        for number in range(1, count + 1):
            end = tip if number == count else last.towards(tip, number / count)
            yield start, end
            start = end

    def _dabs(self, last: Tip | None, tip: Tip) -> Iterator[tuple[Tip, Tip]]:
        """Yield the dabs along a straight line, at equal distances along the whole stroke."""
        apart = max(0.5, _DAB * self._radius)
        if last is None:
            self._until_dab = apart
            yield tip, tip
            return
        length = math.hypot(tip.x - last.x, tip.y - last.y)
        at, seen = self._until_dab, bool(self._box(last, tip))
        count = math.floor((length - at) / apart) + 1 if length >= at else 0
        self._until_dab = at + count * apart - length
        for number in range(count if seen else 0):
            dab = last.towards(tip, min(1.0, (at + number * apart) / length))
            yield dab, dab

    def _box(self, start: Tip, end: Tip) -> Box:
        """Return the pixels that a piece may touch."""
        reach = max(start.radius, end.radius) + 0.5
        return self._clip & Box(
            math.floor(min(start.x, end.x) - reach), math.floor(min(start.y, end.y) - reach),
            math.ceil(max(start.x, end.x) + reach), math.ceil(max(start.y, end.y) + reach),
        )  # fmt: skip

    def _paint(self, start: Tip, end: Tip) -> tuple[Box, Array] | None:
        """Raise the coverage by a piece; return what it adds, or None if that is nothing."""
        import numpy as np

        box = self._box(start, end)
        if not box:
            return None
        piece = capsule(start, end, self._mark.hardness, box)
        reached = self._reached[box.slices]
        piece -= reached
        rise = np.maximum(piece, 0, out=piece)
        if not rise.any():
            return None
        rise *= self._mark.flow
        opacity = self._mark.opacity
        added = reached * -opacity
        added += 1
        np.maximum(added, 1e-12, out=added)
        np.divide(rise, added, out=added)
        added *= opacity
        reached += rise
        self._boxes.append(box)
        return box, np.minimum(added, 1, out=added)


def capsule(start: Tip, end: Tip, hardness: float, box: Box) -> Array:
    """Return the coverage of a straight part of a stroke.

    It is 1 up to the share `hardness` of the radius and fades to 0 at the radius, by the cubic
    3 t² - 2 t³. Where that is less than a pixel, it fades linearly over one pixel.
    """
    import numpy as np

    x = np.arange(box.left, box.right) + (0.5 - start.x)
    y = np.arange(box.top, box.bottom) + (0.5 - start.y)
    square = np.add.outer(y * y, x * x, dtype=np.float32)
    radius: Array | float = start.radius
    strength: Array | float = start.strength
    dx, dy = end.x - start.x, end.y - start.y
    length = math.hypot(dx, dy)
    if length > 0:  # the square of the distance is p² + t (t - 2 p·u), at t along the direction u
        along = np.add.outer(y * (dy / length), x * (dx / length), dtype=np.float32)
        nearest = along.clip(0, length)
        along *= -2
        along += nearest
        along *= nearest
        square += along
        np.maximum(square, 0, out=square)
        if end.radius != start.radius:
            change = np.float32((end.radius - start.radius) / length)
            radius = nearest * change + np.float32(start.radius)
        if end.strength != start.strength:
            change = np.float32((end.strength - start.strength) / length)
            strength = nearest * change + np.float32(start.strength)
    covered = np.sqrt(square, out=square)
    np.subtract(radius + 0.5, covered, out=covered)
    fade = np.maximum(radius * (1 - hardness), 1)
    covered /= fade
    covered.clip(0, 1, out=covered)
    if np.max(fade) > 1:
        smooth = covered * covered
        smooth *= 3 - 2 * covered
        covered = smooth if isinstance(radius, float) else np.where(fade > 1, smooth, covered)
    covered *= strength
    return covered
