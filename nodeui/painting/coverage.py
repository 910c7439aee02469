"""Antialiased coverage of shapes: the share of each pixel that lies inside.

Points are in pixels; the centre of the upper left pixel is at (0.5, 0.5). All functions are
deterministic: the coverage of a pixel does not depend on the box that is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    Exact = NDArray[np.float64]

_PIECES = 1 << 19
"""Number of pieces of edges that are computed at once."""


class Box(NamedTuple):
    """A rectangle of pixels: `right` and `bottom` are the first column and row outside of it."""

    left: int
    top: int
    right: int
    bottom: int

    def __bool__(self) -> bool:
        """True if there are pixels in it."""
        return self.left < self.right and self.top < self.bottom

    def __and__(self, other: Box) -> Box:
        """Return the pixels in both."""
        return Box(
            max(self.left, other.left), max(self.top, other.top),
            min(self.right, other.right), min(self.bottom, other.bottom),
        )  # fmt: skip

    def __or__(self, other: Box) -> Box:
        """Return the least box around both; an empty one does not count."""
        if not self or not other:
            return self or other
        return Box(
            min(self.left, other.left), min(self.top, other.top),
            max(self.right, other.right), max(self.bottom, other.bottom),
        )  # fmt: skip

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """The rows and columns of an array of pixels."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def inside(self, outer: Box) -> tuple[slice, slice]:
        """Return the rows and columns of an array that holds the pixels of `outer`."""
        return (
            slice(self.top - outer.top, self.bottom - outer.top),
            slice(self.left - outer.left, self.right - outer.left),
        )


NOTHING = Box(0, 0, 0, 0)


def around(points: Exact, margin: float = 0.0) -> Box:
    """Return the least box around points and all that is within `margin` of them."""
    (left, top), (right, bottom) = points.min(0), points.max(0)
    return Box(
        math.floor(left - margin), math.floor(top - margin),
        math.ceil(right + margin), math.ceil(bottom + margin),
    )  # fmt: skip


# --- polygons ------------------------------------------------------------------------------------


def polygon(
    points: Exact, sheet: Box, check: Callable[[], None] | None = None
) -> tuple[Box, Array]:
    """Return the exact area of each pixel inside a closed polygon, by the nonzero winding rule.

    Each edge adds the signed area to its right, pixel by pixel; the sum along a row is the winding
    number times the coverage.

    Args:
        points: Its corners, (n, 2).
        sheet: The pixels to look at.
        check: Called before each group of edges.

    Returns:
        The box around it within the sheet, and the coverage of its pixels.
    """
    import numpy as np

    box = around(points) & sheet
    if not box:
        return NOTHING, np.zeros((0, 0), np.float32)
    moved = points - (box.left, box.top)
    edges = np.concatenate([moved, np.roll(moved, -1, axis=0)], axis=1)
    edges = _beside(_between(edges, box.height), box.width)
    area = np.zeros(box.height * (box.width + 2))
    step = max(1, _PIECES // (box.height + box.width))
    for first in range(0, len(edges), step):
        if check is not None:
            check()
        pieces = _split(_split(edges[first : first + step], 1), 0)
        pieces[:, 0::2] = pieces[:, 0::2].clip(0, box.width)
        _add(area, pieces, box.width)
    winding = np.cumsum(area.reshape(box.height, -1)[:, : box.width], axis=1)
    return box, np.minimum(np.abs(winding), 1).astype(np.float32)


def _add(area: Exact, pieces: Exact, width: int) -> None:
    """Add the signed areas right of pieces of edges, each of which is within one pixel."""
    import numpy as np

    x, y = (pieces[:, 0] + pieces[:, 2]) / 2, (pieces[:, 1] + pieces[:, 3]) / 2
    rows = len(area) // (width + 2)  # rounding may lead out of them
    column, row = np.floor(x).astype(np.int64), np.floor(y).clip(0, rows - 1).astype(np.int64)
    height = pieces[:, 3] - pieces[:, 1]
    place = row * (width + 2) + column
    right = height * (x - column)
    kept = height != 0
    for where, what in ((place, height - right), (place + 1, right)):
        area += np.bincount(where[kept], what[kept], minlength=len(area))


def _between(edges: Exact, height: int) -> Exact:
    """Return edges clipped to the rows from 0 to `height`."""
    import numpy as np

    x0, y0, x1, y1 = edges.T
    edges = edges[(np.minimum(y0, y1) < height) & (np.maximum(y0, y1) > 0) & (y0 != y1)]
    x0, y0, x1, y1 = edges.T
    slope = (x1 - x0) / (y1 - y0)
    a, b = y0.clip(0, height), y1.clip(0, height)
    return np.stack([x0 + (a - y0) * slope, a, x0 + (b - y0) * slope, b], axis=1)


def _beside(edges: Exact, width: int) -> Exact:
    """Return edges whose parts left of 0 or right of `width` are moved there, upright."""
    import numpy as np

    start, along = edges[:, None, :2], edges[:, None, 2:] - edges[:, None, :2]
    across = np.where(along[..., 0] == 0, 1, along[..., 0])
    shares = np.sort((np.array([0, width]) - start[..., 0]) / across, axis=1).clip(0, 1)
    shares = np.concatenate([np.zeros_like(across), shares, np.ones_like(across)], axis=1)
    points = start + shares[..., None] * along
    points[..., 0] = points[..., 0].clip(0, width)
    return np.concatenate([points[:, :-1], points[:, 1:]], axis=2).reshape(-1, 4)


def _split(edges: Exact, axis: int) -> Exact:
    """Return edges (n, 4) split where their x (axis 0) or y (axis 1) is a whole number."""
    import numpy as np

    start, end = edges[:, axis], edges[:, axis + 2]
    low, high = np.minimum(start, end), np.maximum(start, end)
    first = np.floor(low)
    counts = np.maximum(1, np.ceil(high) - first).astype(np.int64)
    which = np.repeat(np.arange(len(edges)), counts)
    number = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    low, high, begin = low[which], high[which], first[which] + number
    long = np.where(high > low, high - low, 1)
    a = (np.maximum(begin, low) - low) / long
    b = np.where(high > low, (np.minimum(begin + 1, high) - low) / long, 1)
    falling = (start > end)[which]
    a, b = np.where(falling, 1 - a, a), np.where(falling, 1 - b, b)
    a, b = np.where(falling, b, a), np.where(falling, a, b)
    origin, along = edges[which, :2], edges[which, 2:] - edges[which, :2]
    return np.concatenate([origin + a[:, None] * along, origin + b[:, None] * along], axis=1)


def rectangle(corners: Exact) -> Exact:
    """Return the polygon of a rectangle from two opposite corners."""
    import numpy as np

    (x0, y0), (x1, y1) = corners
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])


def ellipse(corners: Exact) -> Exact:
    """Return the polygon of an ellipse in a rectangle: of equal area, within 0.01 pixels."""
    import numpy as np

    centre, radii = corners.mean(0), abs(corners[1] - corners[0]) / 2
    count = max(16, math.ceil(math.pi * math.sqrt(radii.max() / 0.02)))
    turn = 2 * math.pi / count
    angles = np.arange(count) * turn
    larger = math.sqrt(turn / math.sin(turn))
    return centre + larger * radii * np.stack([np.cos(angles), np.sin(angles)], axis=1)


# --- gradients and fills ---------------------------------------------------------------------


def gradient(ends: Exact, radial: bool, box: Box) -> Array:
    """Return a gradient: 1 at its first end, 0 at its second and beyond, linear between.

    Args:
        ends: The two ends, (2, 2), which differ.
        radial: It depends on the distance from the first end.
        box: The pixels to return.
    """
    import numpy as np

    (x0, y0), along = ends[0], ends[1] - ends[0]
    square = float(along @ along)
    x = (np.arange(box.left, box.right) + 0.5 - x0)[None]
    y = (np.arange(box.top, box.bottom) + 0.5 - y0)[:, None]
    if radial:
        far = np.sqrt(x * x + y * y) / math.sqrt(square)
    else:
        far = x * (along[0] / square) + y * (along[1] / square)
    return (1 - far).clip(0, 1).astype(np.float32)


def flood(
    seen: Array, x: int, y: int, tolerance: float, everywhere: bool = False
) -> tuple[Box, NDArray[np.bool_]]:
    """Return the area of like colour around a pixel.

    Args:
        seen: The pixels, (height, width, channels).
        x: Column of the pixel.
        y: Its row.
        tolerance: Largest difference of a channel to the colour of the pixel.
        everywhere: Return all pixels of like colour, not only those connected with the pixel.

    Returns:
        The box around the area, and True for its pixels.
    """
    from importlib import import_module

    import numpy as np

    like = (np.abs(seen - seen[y, x]) <= tolerance).all(-1)
    if everywhere:
        return _cropped(like)
    areas: NDArray[np.int32] = import_module("scipy.ndimage").label(like)[0]
    return _cropped(areas == areas[y, x])


def holes(covered: Array) -> tuple[Box, NDArray[np.bool_]]:
    """Return the areas that are enclosed by what is covered by half or more.

    Each reaches up the slope of its rim, so that no faint line is left at a soft edge.

    Args:
        covered: Coverage, (height, width) float32 in [0, 1].

    Returns:
        The box around the areas, and True for their pixels.
    """
    from importlib import import_module

    import numpy as np

    open_: NDArray[np.bool_] = covered < 0.5
    closed: NDArray[np.bool_] = import_module("scipy.ndimage").binary_fill_holes(~open_)
    area = closed & open_
    added: NDArray[np.bool_] = area
    while added.any():
        lowest = np.pad(np.where(added, covered, np.inf), 1, constant_values=np.inf)
        beside = np.minimum(
            np.minimum(lowest[:-2, 1:-1], lowest[2:, 1:-1]),
            np.minimum(lowest[1:-1, :-2], lowest[1:-1, 2:]),
        )
        added = ~area & (covered > beside) & (covered < 1)
        area = area | added
    return _cropped(area)


def _cropped(area: NDArray[np.bool_]) -> tuple[Box, NDArray[np.bool_]]:
    """Return the box around the pixels of an area, and the area within it."""
    import numpy as np

    rows, columns = np.flatnonzero(area.any(1)), np.flatnonzero(area.any(0))
    if not len(rows):
        return NOTHING, np.zeros((0, 0), np.bool_)
    box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return box, area[box.slices].copy()


def within(seen: Array, low: float, high: float, softness: float) -> Array:
    """Return the coverage of a range of brightness (ITU-R BT.709).

    Args:
        seen: The pixels, (height, width, 1, 3 or 4) float32 in [0, 1]. Transparent ones are
            outside.
        low: Lowest brightness.
        high: Highest brightness.
        softness: Further distance over which the coverage falls to 0 at both ends.
    """
    import numpy as np

    level = seen[..., 0]
    if seen.shape[-1] >= 3:
        weights = np.array((0.2126, 0.7152, 0.0722), np.float32)
        level = sum(seen[..., channel] * weights[channel] for channel in range(3))
    beyond = np.abs(level - np.float32((low + high) / 2)) - np.float32((high - low) / 2)
    if softness == 0:
        covered = (beyond <= 1e-6).astype(np.float32)
    else:
        covered = (1 - beyond / np.float32(softness)).clip(0, 1)
    return covered * seen[..., 3] if seen.shape[-1] == 4 else covered
