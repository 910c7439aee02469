"""Links that are drawn over waypoints: their curves, and which of them a point or stroke meets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from nodeui.graph.parts import Points
from nodeui.views.canvas import geometry

if TYPE_CHECKING:
    from nodeui.views.canvas.mirror import Mirror
    from nodeui.views.canvas.tables import Rows

Array = NDArray[np.float64]

DOT = 4.5
"""Radius of a waypoint."""

_HANDLE = 1 / 3  # length of a control handle, as a part of its piece
_T = np.linspace(0.0, 1.0, 13)[:, None]


def pieces(ends: Sequence[float], via: Points) -> Array:
    """The cubic curves of a link (k, 4, 2), after Catmull and Rom, 1974: at each waypoint it runs
    along the line from the point before to the point after, but level or upright where it would
    else swing beyond the waypoint; at its ends it runs level.

    Args:
        ends: x1, y1, x2, y2.
        via: Its waypoints.
    """
    points = np.array([ends[:2], *via, ends[2:4]], dtype=np.float64)
    along = np.empty_like(points)
    along[0] = along[-1] = (1.0, 0.0)
    along[1:-1] = points[2:] - points[:-2]
    step = np.diff(points, axis=0)
    turns = step[:-1] * step[1:] <= 0  # goes back, or stays, across and down
    along[1:-1][turns & ~turns[:, ::-1]] = 0.0
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    start, end = points[:-1], points[1:]
    handle = (np.hypot(*(end - start).T) * _HANDLE)[:, None]
    return np.stack([start, start + along[:-1] * handle, end - along[1:] * handle, end], axis=1)


def bent_path(ends: Sequence[float], via: Points) -> QPainterPath:
    """The curve of a link."""
    curves = pieces(ends, via).tolist()
    path = QPainterPath(QPointF(*curves[0][0]))
    for _, a, b, end in curves:
        path.cubicTo(*a, *b, *end)
    return path


def path_of(ends: Sequence[float], via: Points) -> QPainterPath:
    """The curve of a link, with or without waypoints."""
    return bent_path(ends, via) if via else geometry.link_path(*ends)


def bent_box(ends: Sequence[float], via: Points) -> Array:
    """What a link and its waypoints lie within: left, top, right, bottom."""
    corners = pieces(ends, via).reshape(-1, 2)
    return np.concatenate([corners.min(axis=0) - DOT, corners.max(axis=0) + DOT])


def bent_points(ends: Sequence[float], via: Points) -> Array:
    """Points along a link: (k, 13, 2), a row for each piece."""
    a, b, c, d = (curve[:, None] for curve in pieces(ends, via).transpose(1, 0, 2))
    t, rest = _T, 1 - _T
    return rest**3 * a + 3 * rest**2 * t * b + 3 * rest * t**2 * c + t**3 * d


def nearest_piece(ends: Sequence[float], via: Points, at: QPointF) -> int:
    """Which piece of a link is nearest to a point: where a waypoint there goes in `via`."""
    if not via:
        return 0
    return int(geometry.distances(bent_points(ends, via), at.x(), at.y()).argmin())


def shifted(via: Points, offset: QPointF) -> Points:
    """Waypoints moved, on whole pixels."""
    return tuple((float(round(x + offset.x())), float(round(y + offset.y()))) for x, y in via)


# --- among the links of a canvas ---


def distances(mirror: Mirror, rows: Rows, x: float, y: float) -> Array:
    """How far (x, y) is from the links in these rows: (k,)."""
    ends = mirror.links.data[rows, 4:8]
    away = geometry.distances(geometry.link_points(ends), x, y)
    for index, via in _bent(mirror, rows):
        away[index] = geometry.distances(bent_points(ends[index].tolist(), via), x, y).min()
    return away


def crossings(mirror: Mirror, rows: Rows, a: QPointF, b: QPointF) -> NDArray[np.bool_]:
    """Which of the links in these rows the segment from `a` to `b` crosses: (k,)."""
    ends = mirror.links.data[rows, 4:8]
    crossed = geometry.crossings(geometry.link_points(ends), a, b)
    for index, via in _bent(mirror, rows):
        crossed[index] = geometry.crossings(bent_points(ends[index].tolist(), via), a, b).any()
    return crossed


def straightened(mirror: Mirror, rows: Rows, ends: Array) -> tuple[Rows, Array]:
    """The links as straight lines from point to point: their rows and ends, one row a line."""
    if not mirror.via:
        return rows, ends
    lines: list[Any] = []
    numbers: list[Any] = []
    bent = dict(_bent(mirror, rows))
    for index, via in bent.items():
        points = np.array([ends[index, :2], *via, ends[index, 2:]])
        lines.append(np.concatenate([points[:-1], points[1:]], axis=1))
        numbers.append(np.full(len(points) - 1, rows[index]))
    kept = np.setdiff1d(np.arange(len(rows)), list(bent))
    return (
        np.concatenate([rows[kept], *numbers]).astype(np.intp),
        np.concatenate([ends[kept], *lines]),
    )


def _bent(mirror: Mirror, rows: Rows) -> list[tuple[int, Points]]:
    """Those of the links in these rows that have waypoints, by their index."""
    if not mirror.via:
        return []
    row = mirror.links.row
    index_of = {number: index for index, number in enumerate(rows.tolist())}
    return [(index_of[row[link]], via) for link, via in mirror.via.items() if row[link] in index_of]
