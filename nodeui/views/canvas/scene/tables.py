"""Tables of boxes: searching a part of the canvas is one comparison over an array.

Searching ten thousand boxes takes some tens of microseconds, and there is no tree to balance
while nodes move; QGraphicsScene's index works per item, through Python.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from nodeui.graph.parts import Link, Points
from nodeui.views.canvas.scene import curves
from nodeui.views.canvas.scene.curves import Array

K = TypeVar("K", bound=Hashable)

Rows = NDArray[np.intp]
"""Row numbers of a table: (k,)."""

_LIMIT = 1e6  # canvas coordinates are clipped to this; files may contain any number

# Columns of both tables: left, top, right, bottom.
_BOX = slice(0, 4)
_LOW, _HIGH = slice(0, 2), slice(2, 4)

# Further columns of nodes.
_Z, _NODE_TINT, _NODE_COLUMNS = 4, 5, 6

# Further columns of links: x1, y1, x2, y2 of the ends, then the tint.
_ENDS = slice(4, 8)
_LINK_TINT, _LINK_COLUMNS = 8, 9


class Table(Generic[K]):
    """Rows of numbers by key; the first four columns are left, top, right, bottom.

    Attributes:
        row: The row of each key.
        keys: The key of each row, None for a free row.
    """

    columns: ClassVar[int] = 4

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Remove all rows."""
        self.row: dict[K, int] = {}
        self.keys: list[K | None] = []
        self._free: list[int] = []
        self._data = np.full((16, self.columns), np.nan)  # NaN in free rows: no search finds them

    def __len__(self) -> int:
        return len(self.row)

    def fill(self, keys: Sequence[K], data: ArrayLike) -> None:
        """Replace all rows."""
        self.clear()
        self.keys = list(keys)
        self.row = {key: row for row, key in enumerate(keys)}
        if keys:
            self._data = np.asarray(data, dtype=np.float64).reshape(len(keys), self.columns)

    def put(self, key: K, values: ArrayLike) -> None:
        """Write the row of `key`, new or not."""
        row = self.row.get(key)
        if row is None:
            row = self.row[key] = self._take(key)
        self._data[row] = values

    def _take(self, key: K) -> int:
        if self._free:
            row = self._free.pop()
            self.keys[row] = key
            return row
        row = len(self.keys)
        if row == len(self._data):
            self._data = np.concatenate([self._data, np.full_like(self._data, np.nan)])
        self.keys.append(key)
        return row

    def drop(self, key: K) -> None:
        """Remove the row of `key`."""
        row = self.row.pop(key)
        self.keys[row] = None
        self._data[row] = np.nan
        self._free.append(row)

    def rows_of(self, keys: Iterable[K]) -> Rows:
        """Return the rows of these keys."""
        return np.fromiter((self.row[key] for key in keys), dtype=np.intp)

    def keys_of(self, rows: Rows) -> list[K]:
        """Return the keys of these rows."""
        numbers: list[int] = rows.tolist()
        found = (self.keys[row] for row in numbers)
        return [key for key in found if key is not None]

    def rect(self, key: K) -> QRectF:
        """Return the box of `key`."""
        left, top, right, bottom = self._data[self.row[key], _BOX].tolist()
        return QRectF(left, top, right - left, bottom - top)

    def boxes(self, rows: Rows) -> Array:
        """Return the boxes of these rows: (k, 4) left, top, right, bottom."""
        return self._data[rows, _BOX]

    def touching(self, rect: QRectF) -> Rows:
        """Return the rows whose boxes share a point with `rect`."""
        return np.flatnonzero(touching(self._data[: len(self.keys), _BOX], rect))

    def inside(self, rect: QRectF) -> Rows:
        """Return the rows whose boxes are completely inside `rect`."""
        left, top, right, bottom = self._data[: len(self.keys), _BOX].T
        found = (left >= rect.left()) & (right <= rect.right())
        found &= (top >= rect.top()) & (bottom <= rect.bottom())
        return np.flatnonzero(found)

    def bounds(self, reach: float = np.inf) -> QRectF:
        """Return the bounds of all boxes within `reach` of the median one; empty if none."""
        if not self.row:
            return QRectF()
        box = self._data[: len(self.keys)]
        if np.isfinite(reach):
            middle = np.nanpercentile(box[:, _LOW], 50, axis=0, method="lower")
            near = (np.abs(box[:, _LOW] - middle) <= reach).all(axis=1)
            box = box[near] if near.any() else box
        left, top = np.nanmin(box[:, _LOW], axis=0).tolist()
        right, bottom = np.nanmax(box[:, _HIGH], axis=0).tolist()
        return QRectF(left, top, right - left, bottom - top)


class NodeTable(Table[str]):
    """Boxes, stacking order and tints of nodes and groups, by key."""

    columns = _NODE_COLUMNS

    @staticmethod
    def values(rows: Sequence[tuple[float, float, float, float, float, int]]) -> Array:
        """Return table rows (k, 6) for x, y, width, height, z and tint of k nodes."""
        data = np.array(rows, dtype=np.float64).reshape(-1, _NODE_COLUMNS)
        data[:, _LOW] = np.clip(data[:, _LOW], -_LIMIT, _LIMIT)
        data[:, _HIGH] += data[:, _LOW]
        return data

    def all_rows(self) -> Rows:
        """Return the rows of all nodes."""
        return np.fromiter(self.row.values(), dtype=np.intp)

    def corners(self, rows: Rows) -> Array:
        """Return the upper left corners of these rows: (k, 2)."""
        return self._data[rows, _LOW]

    def centres(self, rows: Rows) -> Array:
        """Return the centres of these rows: (k, 2)."""
        return (self._data[rows, _LOW] + self._data[rows, _HIGH]) / 2

    def tints(self, rows: Rows) -> Array:
        """Return the tints of these rows: (k,)."""
        return self._data[rows, _NODE_TINT]

    def stacking_order(self, rows: Rows) -> Rows:
        """Return the indices that sort these rows by z, lowest first: (k,)."""
        return np.argsort(self._data[rows, _Z])

    def z(self, key: str) -> float:
        """Return the z of a node: its place in the stacking order."""
        return float(self._data[self.row[key], _Z])

    def set_z(self, key: str, z: float) -> None:
        """Set the z of a node."""
        self._data[self.row[key], _Z] = z


class LinkRows(NamedTuple):
    """Rows of some links for `LinkTable`.

    Attributes:
        data: (k, 9) boxes, ends and tints.
        waypoints: The waypoints of those that have any.
        boundary: The boundary links among them, and True if it is the target that is elsewhere.
    """

    data: Array
    waypoints: dict[Link, Points]
    boundary: dict[Link, bool]

    @classmethod
    def of(
        cls,
        boxes: Array,
        ends: Array,
        tints: Array,
        waypoints: dict[Link, Points],
        boundary: dict[Link, bool],
    ) -> LinkRows:
        """Join columns: boxes (k, 4), ends (k, 4) and tints (k,)."""
        return cls(np.concatenate([boxes, ends, tints[:, None]], axis=1), waypoints, boundary)


class LinkTable(Table[Link]):
    """Boxes, ends and tints of links, and the shapes of those that are not plain curves.

    Attributes:
        waypoints: The waypoints of the links that have any.
        boundary: The boundary links, with one end at another level, and True if that is the
            target.
    """

    columns = _LINK_COLUMNS

    def clear(self) -> None:
        """Remove all rows."""
        super().clear()
        self.waypoints: dict[Link, Points] = {}
        self.boundary: dict[Link, bool] = {}

    def drop(self, key: Link) -> None:
        """Remove the row of a link."""
        super().drop(key)
        self.waypoints.pop(key, None)
        self.boundary.pop(key, None)

    def fill_rows(self, links: Sequence[Link], rows: LinkRows) -> None:
        """Replace all rows."""
        self.fill(links, rows.data)
        self.waypoints, self.boundary = dict(rows.waypoints), dict(rows.boundary)

    def put_rows(self, links: Sequence[Link], rows: LinkRows) -> None:
        """Write the rows of some links, new or not."""
        for link, values in zip(links, rows.data, strict=True):
            self.put(link, values)
            if link not in rows.waypoints:
                self.waypoints.pop(link, None)
            if link not in rows.boundary:
                self.boundary.pop(link, None)
        self.waypoints |= rows.waypoints
        self.boundary |= rows.boundary

    def ends(self, rows: Rows) -> Array:
        """Return the ends of these rows: (k, 4) x1, y1, x2, y2."""
        return self._data[rows, _ENDS]

    def all_ends(self) -> Array:
        """Return the ends of all rows; NaN in free ones: (k, 4)."""
        return self._data[:, _ENDS]

    def ends_of(self, link: Link) -> list[float]:
        """Return x1, y1, x2, y2 of a link."""
        ends: list[float] = self._data[self.row[link], _ENDS].tolist()
        return ends

    def tints(self, rows: Rows) -> Array:
        """Return the tints of these rows: (k,)."""
        return self._data[rows, _LINK_TINT]

    def tint_of(self, link: Link) -> int:
        """Return the tint of a link."""
        return int(self._data[self.row[link], _LINK_TINT])

    def path(self, link: Link) -> QPainterPath:
        """Return the curve of a link."""
        return curves.link_path(self.ends_of(link), self.waypoints.get(link, ()))

    def distances(self, rows: Rows, x: float, y: float) -> Array:
        """Return the distances of (x, y) from the links in these rows: (k,)."""
        ends = self.ends(rows)
        away = curves.distances(curves.link_points(ends), x, y)
        for index, waypoints in self._with_waypoints(rows):
            points = curves.waypoint_points(ends[index].tolist(), waypoints)
            away[index] = curves.distances(points, x, y).min()
        return away

    def crossings(self, rows: Rows, a: QPointF, b: QPointF) -> NDArray[np.bool_]:
        """Return which of the links in these rows the segment from `a` to `b` crosses: (k,)."""
        ends = self.ends(rows)
        crossed = curves.crossings(curves.link_points(ends), a, b)
        for index, waypoints in self._with_waypoints(rows):
            points = curves.waypoint_points(ends[index].tolist(), waypoints)
            crossed[index] = curves.crossings(points, a, b).any()
        return crossed

    def straight_lines(self, rows: Rows, ends: Array) -> tuple[Rows, Array]:
        """Return the links as straight lines from point to point: a row and ends for each."""
        if not self.waypoints:
            return rows, ends
        lines: list[Any] = []
        numbers: list[Any] = []
        rerouted = dict(self._with_waypoints(rows))
        for index, waypoints in rerouted.items():
            start, end = ends[index, _LOW], ends[index, _HIGH]
            points = np.array([start, *waypoints, end])
            lines.append(np.concatenate([points[:-1], points[1:]], axis=1))
            numbers.append(np.full(len(points) - 1, rows[index]))
        kept = np.setdiff1d(np.arange(len(rows)), list(rerouted))
        return (
            np.concatenate([rows[kept], *numbers]).astype(np.intp),
            np.concatenate([ends[kept], *lines]),
        )

    def _with_waypoints(self, rows: Rows) -> list[tuple[int, Points]]:
        """Return the index and waypoints of those of the links in these rows that have any."""
        if not self.waypoints:
            return []
        index_of = {number: index for index, number in enumerate(rows.tolist())}
        return [
            (index_of[self.row[link]], waypoints)
            for link, waypoints in self.waypoints.items()
            if self.row[link] in index_of
        ]


def touching(boxes: Array, rect: QRectF) -> NDArray[np.bool_]:
    """Return which of k boxes (k, 4) share a point with `rect`: (k,)."""
    left, top, right, bottom = boxes.T
    found = (left <= rect.right()) & (right >= rect.left())
    found &= (top <= rect.bottom()) & (bottom >= rect.top())
    return found


def distinct(values: Array) -> list[int]:
    """Return the whole numbers that occur, each once."""
    found: list[int] = np.unique(values).astype(int).tolist()
    return found
