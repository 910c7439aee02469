"""The pixels that a line of a painting changes, reads, and passes changes on to.

Operations and transforms read the pixels of their layer. So a painting cannot be redrawn in an
area alone: `needed` grows an area by what such marks read there, and `spread` by the pixels that
they make of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodeui.painting import warping
from nodeui.painting.adjusting import reach
from nodeui.painting.coverage import NOTHING, Box, around
from nodeui.painting.marks import Entry, Layer, Mark
from nodeui.painting.points import UNIT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Exact = NDArray[np.float64]


def floods(mark: Mark) -> bool:
    """True if a mark finds its area in all that is painted before it."""
    return mark.kind == "fill" or (mark.kind == "adjust" and mark.operation == "holes")


def looks_below(entry: Entry) -> bool:
    """True if a line may depend on the picture below the painting."""
    return isinstance(entry, Mark) and entry.kind in ("fill", "range")


def places(mark: Mark, sheet: Box) -> Exact:
    """Return the points of a mark in pixels, (n, 2)."""
    import numpy as np

    scale = np.array((sheet.width / UNIT, sheet.height / UNIT), np.float64)
    return np.asarray(mark.points * scale, np.float64)


def amount(mark: Mark, sheet: Box) -> float:
    """Return the amount of an operation in pixels."""
    return mark.amount * min(sheet.width, sheet.height)


def changed(entry: Entry, sheet: Box) -> Box:
    """Return the pixels that a line may change."""
    if isinstance(entry, Layer):
        return NOTHING
    points = places(entry, sheet)
    match entry.kind:
        case "brush":
            radius = entry.size * min(sheet.width, sheet.height) / 2
            return around(points, max(radius, 0.5) + 1) & sheet
        case "fill" | "range" | "adjust":
            return sheet
        case "gradient":
            return sheet if (points[0] != points[1]).any() else NOTHING
        case "transform":
            source = lifted(entry, sheet)
            return source | _moved(entry, source, sheet)
        case _:
            return around(points, 1) & sheet


def lifted(mark: Mark, sheet: Box) -> Box:
    """Return the pixels that a transform moves."""
    points = places(mark, sheet)
    return around(points, 1) & sheet if len(points) else sheet


def spread(entry: Entry, box: Box, sheet: Box) -> Box:
    """Return the pixels that may be others after a line, if those of a box were others before."""
    if isinstance(entry, Layer) or not box:
        return box
    match entry.kind:
        case "adjust" if not floods(entry):
            return _grown(box, reach(entry.operation, amount(entry, sheet)), sheet)
        case "fill" | "adjust":
            return sheet
        case "transform":
            return box | _moved(entry, box & lifted(entry, sheet), sheet)
        case _:
            return box


def needed(entry: Entry, box: Box, sheet: Box) -> Box:
    """Return the pixels before a line that decide those of a box after it.

    The area of a mark that floods is known from an earlier drawing, or the whole sheet is drawn.
    """
    if isinstance(entry, Layer) or not box:
        return box
    match entry.kind:
        case "adjust" if not floods(entry):
            return _grown(box, reach(entry.operation, amount(entry, sheet)), sheet)
        case "transform":
            source = lifted(entry, sheet)
            back = warping.inverted(_matrix(entry, sheet))
            return box | (warping.box_of(back, box) & source)
        case _:
            return box


def _grown(box: Box, distance: int, sheet: Box) -> Box:
    left, top, right, bottom = box
    return sheet & Box(left - distance, top - distance, right + distance, bottom + distance)


def _matrix(mark: Mark, sheet: Box) -> warping.Matrix:
    return warping.in_pixels(mark.matrix, sheet.width, sheet.height)


def _moved(mark: Mark, box: Box, sheet: Box) -> Box:
    """Return the pixels to which a transform moves those of a box."""
    return warping.box_of(_matrix(mark, sheet), box) & sheet if box else NOTHING
