"""Affine maps of the sheet, and the pixels that they move.

A map is written as in SVG: (a, b, c, d, e, f) takes (x, y) to (a x + c y + e, b x + d y + f).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nodeui.painting.coverage import Box, around

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

Matrix = tuple[float, float, float, float, float, float]
"""An affine map, (a, b, c, d, e, f)."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_FINE = 1 << 16
"""Positions are rounded to 1 / `_FINE` pixels, so that a move by whole pixels blurs nothing."""

_BAND = 1 << 18
"""Pixels that are computed at once."""

_MOST_SAMPLES = 8
"""Samples along a side of a pixel where a map makes things smaller."""


def inverted(matrix: Matrix) -> Matrix:
    """Return the inverse of a map whose determinant is not 0."""
    a, b, c, d, e, f = matrix
    size = a * d - b * c
    return (
        d / size, -b / size, -c / size, a / size, (c * f - d * e) / size, (b * e - a * f) / size,
    )  # fmt: skip


def product(first: Matrix, then: Matrix) -> Matrix:
    """Return the map that applies `first`, and `then` the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        p * a + r * b, q * a + s * b, p * c + r * d, q * c + s * d,
        p * e + r * f + t, q * e + s * f + u,
    )  # fmt: skip


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return the point to which a map takes a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def in_pixels(matrix: Matrix, width: float, height: float) -> Matrix:
    """Return a map of shares of a sheet as a map of its pixels."""
    a, b, c, d, e, f = matrix
    return a, b * height / width, c * width / height, d, e * width, f * height


def box_of(matrix: Matrix, box: Box) -> Box:
    """Return the least box around the image of a box, and a pixel more on each side."""
    import numpy as np

    corners = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    return around(np.array([moved(matrix, x, y) for x, y in corners], np.float64), 1)


def warped(pixels: Array, source: Box, matrix: Matrix, box: Box) -> Array:
    """Return moved pixels, by bilinear interpolation.

    Where the map makes things smaller, a pixel is the mean of up to 8 x 8 samples.

    Args:
        pixels: The pixels of `source`, (channels, height, width) float32, premultiplied;
            everything beyond is transparent.
        source: Their place.
        matrix: The map, in pixels.
        box: The pixels to return.
    """
    import numpy as np

    back = inverted(matrix)
    longest = max(math.hypot(back[0], back[1]), math.hypot(back[2], back[3]))
    count = min(max(1, math.ceil(longest - 1e-6)), _MOST_SAMPLES)
    parts = [(number + 0.5) / count for number in range(count)]
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1)))
    total = np.zeros((len(pixels), box.height, box.width), np.float32)
    rows = max(1, _BAND // box.width)
    for top in range(box.top, box.bottom, rows):
        bottom = min(top + rows, box.bottom)
        band = total[:, top - box.top : bottom - box.top]
        for down in parts:
            for right in parts:
                x = (np.arange(box.left, box.right) + right)[None]
                y = (np.arange(top, bottom) + down)[:, None]
                across = back[0] * x + back[2] * y + back[4] - source.left
                along = back[1] * x + back[3] * y + back[5] - source.top
                band += _sampled(padded, across, along)
    return total / np.float32(count * count)


def _sampled(padded: Array, across: NDArray[np.float64], along: NDArray[np.float64]) -> Array:
    """Return levels between pixels; the pixels have a transparent border of one pixel."""
    import numpy as np

    def split(place: NDArray[np.float64], size: int) -> tuple[NDArray[np.int64], Array]:
        exact = (np.rint((place + 0.5) * _FINE) / _FINE).clip(0, size - 1)
        whole = np.minimum(exact.astype(np.int64), size - 2)
        return whole, (exact - whole).astype(np.float32)

    x, right = split(across, padded.shape[2])
    y, down = split(along, padded.shape[1])
    left, up = np.float32(1) - right, np.float32(1) - down
    upper = padded[:, y, x] * left + padded[:, y, x + 1] * right
    lower = padded[:, y + 1, x] * left + padded[:, y + 1, x + 1] * right
    return np.asarray(upper * up + lower * down, np.float32)
