"""Clipping of long links to the view: the rest costs as much to paint and is not visible.

In a graph with links between any two places, hundreds of links have boxes that touch the view
without running through it, and those that do extend for tens of thousands of pixels. Curves are
halved until each half is inside or outside the view, all links at once.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from nodeui.views.canvas.scene import Array, Rows, handle_lengths

_HALVINGS = 6
_POINTS = np.linspace(0.0, 1.0, 17)[:, None]


def curves_of(ends: Array) -> Array:
    """Return the control points of plain links: (k, 4, 2) for ends (k, 4)."""
    curves = np.repeat(ends.reshape(-1, 2, 2), 2, axis=1)
    far = handle_lengths(ends)
    curves[:, 1, 0] += far
    curves[:, 2, 0] -= far
    return curves


def in_view(curves: Array, rect: QRectF) -> tuple[Rows, Array]:
    """Clip curves (k, 4, 2) to `rect`.

    Returns:
        The indices of the curves that run through `rect`: (m,); and for each the section from
        where it first enters to where it last leaves, or slightly more: (m, 4, 2).
    """
    index = np.arange(len(curves))
    pieces, start, size = curves, np.zeros(len(curves)), 1.0
    first, last = np.full(len(curves), np.inf), np.zeros(len(curves))
    for _ in range(_HALVINGS):
        pieces, size = _halves(pieces), size / 2
        index, start = np.concatenate([index, index]), np.concatenate([start, start + size])
        kept = _touching(pieces, rect)
        pieces, index, start = pieces[kept], index[kept], start[kept]
    np.minimum.at(first, index, start)
    np.maximum.at(last, index, start + size)
    found = np.flatnonzero(first < last)
    return found, _section(curves[found], first[found], last[found])


def lines_of(curves: Array) -> Array:
    """Approximate curves (k, 4, 2) by straight lines: (n, 4) x1, y1, x2, y2."""
    a, b, c, d = (point[:, None] for point in curves.transpose(1, 0, 2))
    t, rest = _POINTS, 1 - _POINTS
    points = rest**3 * a + 3 * rest**2 * t * b + 3 * rest * t**2 * c + t**3 * d
    return np.concatenate([points[:, :-1], points[:, 1:]], axis=2).reshape(-1, 4)


def _halves(curves: Array) -> Array:
    """Return the first halves of the curves, then the second ones, after de Casteljau."""
    a, b, c, d = curves.transpose(1, 0, 2)
    ab, bc, cd = (a + b) / 2, (b + c) / 2, (c + d) / 2
    abc, bcd = (ab + bc) / 2, (bc + cd) / 2
    middle = (abc + bcd) / 2
    halves = np.empty((2, *curves.shape))
    for half, points in enumerate(((a, ab, abc, middle), (middle, bcd, cd, d))):
        for number, point in enumerate(points):
            halves[half, :, number] = point
    return halves.reshape(-1, 4, 2)


def _touching(curves: Array, rect: QRectF) -> NDArray[np.bool_]:
    """Return which curves may touch `rect`: the bounds of their control points do."""
    left, top = curves.min(axis=1).T
    right, bottom = curves.max(axis=1).T
    across = (left <= rect.right()) & (right >= rect.left())
    return across & (top <= rect.bottom()) & (bottom >= rect.top())


def _section(curves: Array, first: Array, last: Array) -> Array:
    """Return the sections from parameter `first` to `last` (k,), by their blossoms."""
    s, t = first[:, None], last[:, None]
    return np.stack(
        [_blossom(curves, *at) for at in ((s, s, s), (s, s, t), (s, t, t), (t, t, t))], axis=1
    )


def _blossom(curves: Array, *at: Array) -> Array:
    """Return the polar form of each curve; with three equal arguments, its point there."""
    points = list(curves.transpose(1, 0, 2))
    for t in at:
        points = [(1 - t) * a + t * b for a, b in pairwise(points)]
    return points[0]
