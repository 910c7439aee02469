"""Curves of links, plain or through waypoints. Pure functions.

`ends` are x1, y1, x2, y2 of a link: a sequence of four, or (k, 4) for k links.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from nodeui.graph.parts import Points

Array = NDArray[np.float64]

WAYPOINT_RADIUS = 4.5

_NEAR, _FAR = 24.0, 180.0  # limits of how far a link runs level at its ends
_SAMPLES = np.linspace(0.0, 1.0, 25)
_HANDLE = 1 / 3  # length of a control handle, relative to its piece
_T = np.linspace(0.0, 1.0, 13)[:, None]


def lengths(ends: Array) -> Array:
    """Return the distances between the ends of links: (k,)."""
    return np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])


# --- plain links ---


def handle_lengths(ends: Array) -> Array:
    """Return the distances of the control points of links from their ends: (k,)."""
    dx, dy = np.abs(ends[:, 2] - ends[:, 0]), np.abs(ends[:, 3] - ends[:, 1])
    return np.clip(dx * 0.5 + dy * 0.1, _NEAR, _FAR)


def link_boxes(ends: Array) -> Array:
    """Return the bounds of links: (k, 4) left, top, right, bottom."""
    far = handle_lengths(ends)
    return np.column_stack(
        [
            np.minimum(ends[:, 0], ends[:, 2] - far),
            np.minimum(ends[:, 1], ends[:, 3]),
            np.maximum(ends[:, 2], ends[:, 0] + far),
            np.maximum(ends[:, 1], ends[:, 3]),
        ]
    )


def link_points(ends: Array) -> Array:
    """Return points along links: (k, 25, 2)."""
    far = handle_lengths(ends)[:, None]
    t = _SAMPLES[None, :]
    x1, y1, x2, y2 = (ends[:, i, None] for i in range(4))
    a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    x = a * x1 + b * (x1 + far) + c * (x2 - far) + d * x2
    return np.stack([x, (a + b) * y1 + (c + d) * y2], axis=2)


def plain_path(x1: float, y1: float, x2: float, y2: float) -> QPainterPath:
    """Return the curve of a plain link."""
    far = min(max(abs(x2 - x1) * 0.5 + abs(y2 - y1) * 0.1, _NEAR), _FAR)
    path = QPainterPath(QPointF(x1, y1))
    path.cubicTo(x1 + far, y1, x2 - far, y2, x2, y2)
    return path


# --- links through waypoints ---


def pieces(ends: Sequence[float], waypoints: Points) -> Array:
    """Return the cubic curves of a link, one between each two of its points: (k, 4, 2).

    After Catmull and Rom, 1974: at each waypoint the curve is parallel to the line from the
    previous to the next point, but level or upright if it would otherwise overshoot the waypoint.
    It leaves and enters sockets level.
    """
    points = np.array([ends[:2], *waypoints, ends[2:4]], dtype=np.float64)
    along = np.empty_like(points)
    along[0] = along[-1] = (1.0, 0.0)
    along[1:-1] = points[2:] - points[:-2]
    step = np.diff(points, axis=0)
    turns = step[:-1] * step[1:] <= 0  # reverses or stops, per axis
    along[1:-1][turns & ~turns[:, ::-1]] = 0.0
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    start, end = points[:-1], points[1:]
    handle = (np.hypot(*(end - start).T) * _HANDLE)[:, None]
    return np.stack([start, start + along[:-1] * handle, end - along[1:] * handle, end], axis=1)


def waypoint_path(ends: Sequence[float], waypoints: Points) -> QPainterPath:
    """Return the curve of a link with waypoints."""
    curves = pieces(ends, waypoints).tolist()
    path = QPainterPath(QPointF(*curves[0][0]))
    for _, a, b, end in curves:
        path.cubicTo(*a, *b, *end)
    return path


def waypoint_box(ends: Sequence[float], waypoints: Points) -> Array:
    """Return the bounds of a link and its waypoints: left, top, right, bottom."""
    corners = pieces(ends, waypoints).reshape(-1, 2)
    low, high = corners.min(axis=0) - WAYPOINT_RADIUS, corners.max(axis=0) + WAYPOINT_RADIUS
    return np.concatenate([low, high])


def waypoint_points(ends: Sequence[float], waypoints: Points) -> Array:
    """Return points along a link: (k, 13, 2), a row for each piece."""
    a, b, c, d = (curve[:, None] for curve in pieces(ends, waypoints).transpose(1, 0, 2))
    t, rest = _T, 1 - _T
    return rest**3 * a + 3 * rest**2 * t * b + 3 * rest * t**2 * c + t**3 * d


def nearest_piece(ends: Sequence[float], waypoints: Points, at: QPointF) -> int:
    """Return the index at which a waypoint at `at` is inserted: that of the nearest piece."""
    if not waypoints:
        return 0
    return int(distances(waypoint_points(ends, waypoints), at.x(), at.y()).argmin())


def shift_waypoints(waypoints: Points, offset: QPointF) -> Points:
    """Return waypoints moved by `offset`, rounded to whole pixels."""
    return tuple((float(round(x + offset.x())), float(round(y + offset.y()))) for x, y in waypoints)


def link_path(ends: Sequence[float], waypoints: Points) -> QPainterPath:
    """Return the curve of a link, with or without waypoints."""
    return waypoint_path(ends, waypoints) if waypoints else plain_path(*ends)


# --- polylines ---


def distances(points: Array, x: float, y: float) -> Array:
    """Return the distances of (x, y) from k polylines: (k,) for points (k, n, 2)."""
    start, step = points[:, :-1], np.diff(points, axis=1)
    offset = np.array([x, y]) - start
    length = np.maximum((step**2).sum(axis=2), 1e-9)
    t = np.clip((offset * step).sum(axis=2) / length, 0.0, 1.0)
    return np.sqrt(((offset - t[..., None] * step) ** 2).sum(axis=2)).min(axis=1)


def crossings(points: Array, a: QPointF, b: QPointF) -> NDArray[np.bool_]:
    """Return which of k polylines the segment from `a` to `b` crosses: (k,) for (k, n, 2)."""
    p, q = points[:, :-1], points[:, 1:]
    first, second = np.array([a.x(), a.y()]), np.array([b.x(), b.y()])
    # Half-open: a stroke through the point between two segments crosses exactly one of them.
    apart = (_side(p, q, first) < 0) != (_side(p, q, second) < 0)
    across = (_side(first, second, p) < 0) != (_side(first, second, q) < 0)
    crossed: NDArray[np.bool_] = np.any(apart & across, axis=1)
    return crossed


def _side(a: Array, b: Array, point: Array) -> Array:
    """Return the side of the line from `a` to `b` on which a point is, as a sign."""
    along, off = b - a, point - a
    return along[..., 0] * off[..., 1] - along[..., 1] * off[..., 0]
